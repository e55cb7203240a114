import JSON

/// A manifest as it was received. These bytes are hashed, compared and sent again; they are never encoded anew.
package struct RawManifest: Hashable, Sendable {
  package let bytes: [UInt8]
  package let mediaType: MediaType
  package let digest: Digest

  package init(bytes: [UInt8], mediaType: MediaType, digest: Digest) {
    self.bytes = bytes
    self.mediaType = mediaType
    self.digest = digest
  }

  /// The entry for this manifest in a list.
  package func descriptor(platform: Platform? = nil) -> Descriptor {
    Descriptor(mediaType: mediaType, size: Int64(bytes.count), digest: digest, platform: platform)
  }
}

/// The part of an image's manifest that a list needs. Docker's and OCI's manifests have the same members.
///
/// Image spec, "Image manifest": https://github.com/opencontainers/image-spec/blob/main/manifest.md
package struct Manifest: Sendable {
  package let config: Descriptor

  /// - Throws: `ManifestError` if the bytes are not the JSON of an image manifest.
  package init(decoding bytes: [UInt8]) throws(ManifestError) {
    config = try Descriptor(JSONNode(manifest: bytes).manifestMember("config"))
  }
}

/// Why some bytes cannot be read as a manifest.
package enum ManifestError: Error, Hashable {
  case json(JSONError)
  case digest(path: String, DigestError)
}

extension ManifestError: CustomStringConvertible {
  package var description: String {
    switch self {
    case .json(let error): "\(error)"
    case .digest(let path, let error): "\(path): \(error)"
    }
  }
}

extension JSONNode {
  /// The root of a manifest. Two members with one name are an error: readers differ in which one they take, so another
  /// program could see another image.
  init(manifest bytes: [UInt8]) throws(ManifestError) {
    do { self.init(try JSONValue(decoding: bytes, duplicateNames: .refused)) } catch { throw .json(error) }
  }

  func manifestMember(_ name: String) throws(ManifestError) -> JSONNode {
    do { return try required(name) } catch { throw .json(error) }
  }
}

extension MediaType {
  /// The manifest's own `mediaType` member; nil where it has none, like the first OCI manifests.
  ///
  /// - Throws: `ManifestError` if the bytes are not a JSON object.
  package static func named(inManifest bytes: [UInt8]) throws(ManifestError) -> MediaType? {
    let node = try JSONNode(manifest: bytes)
    do throws(JSONError) {
      guard let name = try node.optional("mediaType") else { return nil }
      return try MediaType(name)
    } catch { throw .json(error) }
  }
}
