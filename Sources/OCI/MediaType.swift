import JSON

/// What kind of content some bytes are. An open set: registries hold types that nobody listed here.
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

  /// Every form of manifest that can be read here, for the `Accept` field of a request.
  package static let manifests = [ociIndex, dockerList, ociManifest, dockerManifest]

  /// One manifest for several platforms: an OCI index or a docker manifest list.
  package var isIndex: Bool { self == .ociIndex || self == .dockerList }
  /// The config of a container image.
  package var isImageConfig: Bool { self == .ociConfig || self == .dockerConfig }
  /// The same, or one of the types under which some tools have pushed configs, and which docker pulls as images. Other
  /// artifacts have other configs, which say nothing of a platform.
  package var mayBeImageConfig: Bool {
    isImageConfig || ["application/octet-stream", "application/json", "text/html", ""].contains(rawValue)
  }
  /// Docker's first form, which holds no digests of configs and cannot stand in a list.
  package var isSchema1: Bool {
    rawValue.hasPrefix("application/vnd.docker.distribution.manifest.v1+")
  }
}

extension MediaType {
  /// - Throws: `JSONError.type` for a text that is none, and would be printed as more than one line.
  init(_ node: JSONNode) throws(JSONError) {
    rawValue = try node.string()
    guard rawValue.utf8.allSatisfy({ (0x20...0x7E).contains($0) }) else {
      throw .type(path: node.path, expected: "a media type", found: "another text")
    }
  }
}

extension MediaType: CustomStringConvertible {
  package var description: String { rawValue }
}
