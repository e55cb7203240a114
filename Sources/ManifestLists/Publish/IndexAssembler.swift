import OCI

/// Makes the list of its entries, without any I/O: the same entries always make the same bytes.
enum IndexAssembler {
  /// - Throws: `PublishError` if two entries are for one platform, or the requested form cannot contain one of them.
  static func assemble(_ entries: [ListEntry], form: PublishRequest.ListForm) throws -> AssembledList {
    try checkPlatforms(of: entries)
    let mediaType = try mediaType(of: entries, form)
    let bytes = Index(mediaType: mediaType, manifests: entries.map(\.descriptor)).encoded()
    let manifest = RawManifest(bytes: bytes, mediaType: mediaType, digest: try Digest(of: bytes))
    return AssembledList(manifest: manifest, entries: entries)
  }

  private static func checkPlatforms(of entries: [ListEntry]) throws(PublishError) {
    var first: [Platform: ListEntry] = [:]
    for entry in entries {
      // Any number of entries can be without a platform, or have unknown/unknown, like attestations.
      guard let platform = entry.descriptor.runnablePlatform else { continue }
      if let other = first.updateValue(entry, forKey: platform.normalized) {
        throw .samePlatform(platform, other, entry)
      }
    }
  }

  private static func mediaType(
    of entries: [ListEntry],
    _ form: PublishRequest.ListForm
  ) throws(PublishError) -> MediaType {
    let other = entries.first { $0.descriptor.mediaType != .dockerManifest }
    switch form {
    case .oci: return .ociIndex
    case .automatic: return other == nil ? .dockerList : .ociIndex
    case .docker:
      if let other { throw .notDocker(other) }
      return .dockerList
    }
  }
}
