import JSON

/// A manifest as it came: the bytes are what is hashed, compared and sent on; what is read from them stands beside them.
package struct RawManifest: Hashable, Sendable {
  package let bytes: [UInt8]
  package let mediaType: MediaType
  package let digest: Digest

  package init(bytes: [UInt8], mediaType: MediaType, digest: Digest) {
    self.bytes = bytes
    self.mediaType = mediaType
    self.digest = digest
  }

  /// What a list says of this manifest.
  package func descriptor(platform: Platform? = nil) -> Descriptor {
    Descriptor(mediaType: mediaType, size: Int64(bytes.count), digest: digest, platform: platform)
  }
}

/// What the manifest of one image says, as far as a list needs it. Docker's and OCI's have the same members.
///
/// Image spec, "Image manifest": https://github.com/opencontainers/image-spec/blob/main/manifest.md
package struct Manifest: Sendable {
  package let config: Descriptor

  /// - Throws: `ManifestError` if the bytes are not the JSON of an image manifest.
  package init(decoding bytes: [UInt8]) throws(ManifestError) {
    config = try Descriptor(JSONNode(manifest: bytes).manifestMember("config"))
  }
}

extension JSONNode {
  /// The outermost value of a manifest. Two members of one name are an error: what is checked must be what others read.
  init(manifest bytes: [UInt8]) throws(ManifestError) {
    do { self.init(try JSONValue(decoding: bytes, duplicateNames: .refused)) } catch { throw .json(error) }
  }

  func manifestMember(_ name: String) throws(ManifestError) -> JSONNode {
    do { return try required(name) } catch { throw .json(error) }
  }
}

extension MediaType {
  /// The type that a manifest's own `mediaType` member names; nil where it has none, as OCI's first manifests.
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
