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
    var errors: [PublishError] = []
    for entry in entries {
      // Any number of entries can be without a platform, or have unknown/unknown, like attestations.
      guard let platform = entry.descriptor.runnablePlatform else { continue }
      if let other = first[platform.normalized] { errors.append(.samePlatform(platform, other, entry)) }
      first[platform.normalized] = first[platform.normalized] ?? entry
    }
    try PublishError.check(errors)
  }

  private static func mediaType(
    of entries: [ListEntry],
    _ form: PublishRequest.ListForm
  ) throws(PublishError) -> MediaType {
    let others = entries.filter { $0.descriptor.mediaType != .dockerManifest }
    switch form {
    case .oci: return .ociIndex
    case .automatic: return others.isEmpty ? .dockerList : .ociIndex
    case .docker:
      try PublishError.check(others.map { .notDocker($0) })
      return .dockerList
    }
  }
}
