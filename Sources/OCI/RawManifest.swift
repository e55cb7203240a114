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

  /// docker requires `mediaType` in a manifest of its own types; in OCI's it may be missing.
  ///
  /// https://distribution.github.io/distribution/spec/manifest-v2-2/
  ///
  /// - Throws: `ManifestError.noMediaType`; other errors if the bytes are not a JSON object.
  package func checkMediaType() throws(ManifestError) {
    guard [.dockerList, .dockerManifest].contains(mediaType) else { return }
    if try MediaType.named(inManifest: bytes) == nil { throw .noMediaType }
  }

  /// The entry for this manifest in a list.
  package func descriptor(platform: Platform? = nil) -> Descriptor {
    Descriptor(mediaType: mediaType, size: Int64(bytes.count), digest: digest, platform: platform)
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
