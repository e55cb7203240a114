import JSON

/// The type of some content. An open set: registries hold types that are not listed here.
///
/// Image spec, "Media types": https://github.com/opencontainers/image-spec/blob/main/media-types.md
package struct MediaType: RawRepresentable, Hashable, Sendable {
  package let rawValue: String
  package init(rawValue: String) { self.rawValue = rawValue }

  package static let ociIndex = MediaType(rawValue: "application/vnd.oci.image.index.v1+json")
  package static let ociManifest = MediaType(rawValue: "application/vnd.oci.image.manifest.v1+json")
  package static let ociConfig = MediaType(rawValue: "application/vnd.oci.image.config.v1+json")
  package static let dockerList = MediaType(rawValue: "application/vnd.docker.distribution.manifest.list.v2+json")
  package static let dockerManifest = MediaType(rawValue: "application/vnd.docker.distribution.manifest.v2+json")
  package static let dockerConfig = MediaType(rawValue: "application/vnd.docker.container.image.v1+json")

  /// Every type of manifest that this program reads, for the `Accept` field of a request.
  package static let manifests = [ociIndex, dockerList, ociManifest, dockerManifest]

  /// A manifest, also of docker's first format.
  package var isManifest: Bool { Self.manifests.contains(self) || isSchema1 }
  /// One manifest for several platforms: an OCI index or a docker manifest list.
  package var isIndex: Bool { self == .ociIndex || self == .dockerList }
  /// The config of a container image.
  package var isImageConfig: Bool { self == .ociConfig || self == .dockerConfig }
  /// An image's config, or one of the types that some tools give to configs and docker accepts. The configs of other
  /// artifacts state no platform.
  package var mayBeImageConfig: Bool {
    isImageConfig || ["application/octet-stream", "application/json", "text/html", ""].contains(rawValue)
  }
  /// Docker's first manifest format. It has no config, and a list cannot contain it.
  package var isSchema1: Bool {
    rawValue.hasPrefix("application/vnd.docker.distribution.manifest.v1+")
  }
}

extension MediaType {
  /// Nil unless the text is `TYPE/SUBTYPE`: RFC 6838, section 4.2.
  package init?(parsing text: String) {
    let names = text.utf8.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false)
    guard names.count == 2, names.allSatisfy(\.isRestrictedName) else { return nil }
    self.init(rawValue: text)
  }

  /// - Throws: `JSONError.value` unless the text is printable ASCII and not longer than the 255 characters of RFC 6838: it is
  ///   printed in messages and tables.
  init(_ node: JSONNode) throws(JSONError) {
    rawValue = try node.string()
    guard rawValue.utf8.count <= 255, rawValue.utf8.allSatisfy({ (0x20...0x7E).contains($0) }) else {
      throw .value(path: node.path, problem: "is not a valid media type")
    }
  }
}

extension MediaType: CustomStringConvertible {
  package var description: String { rawValue }
}

extension Substring.UTF8View {
  fileprivate var isRestrictedName: Bool {
    guard let first, first.isAlphanumeric, count <= 127 else { return false }
    return allSatisfy { $0.isAlphanumeric || "!#$&-^_.+".utf8.contains($0) }
  }
}

extension UInt8 {
  fileprivate var isAlphanumeric: Bool {
    (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(self)
      || (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(self | 0x20)
  }
}
