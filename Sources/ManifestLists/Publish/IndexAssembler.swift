import OCI

/// Makes the list of its entries, without any I/O: the same entries always make the same bytes.
enum IndexAssembler {
  /// - Throws: `PublishError` if two entries are for one platform, or the requested form cannot contain one of them.
  static func assemble(_ resolution: Resolution, _ request: PublishRequest) throws -> AssembledList {
    let entries = resolution.entries
    try checkPlatforms(of: entries)
    if let index = resolution.index, request.keeps(index) {
      let places = Set(entries.map(\.place.store))
      let children = Dictionary(uniqueKeysWithValues: places.map { ($0, index.index.manifests) })
      return AssembledList(manifest: index.manifest, entries: entries, children: children)
    }
    var list = resolution.index?.index ?? Index(mediaType: .ociIndex, manifests: [])
    list.manifests = entries.map(\.descriptor)
    list.mediaType = try mediaType(of: list, entries, request.form)
    let bytes = list.encoded()
    let manifest = RawManifest(bytes: bytes, mediaType: list.mediaType, digest: try Digest(of: bytes))
    let children = Dictionary(grouping: entries, by: \.place.store).mapValues { $0.map(\.descriptor) }
    return AssembledList(manifest: manifest, entries: entries, children: children)
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
    of list: Index,
    _ entries: [ListEntry],
    _ form: PublishRequest.ListForm
  ) throws(PublishError) -> MediaType {
    let others = entries.filter { !$0.descriptor.fitsDockerList }
    switch form {
    case .oci: return .ociIndex
    case .automatic: return others.isEmpty && list.annotations.isEmpty ? .dockerList : .ociIndex
    case .docker:
      try PublishError.check(others.map { .notDocker($0) })
      return .dockerList
    }
  }
}

extension PublishRequest {
  /// True if the list is the index of the only source, and nothing that changes it was requested. It keeps its digest then.
  fileprivate func keeps(_ index: FoundIndex) -> Bool {
    let formOfIndex = index.manifest.mediaType == .dockerList ? ListForm.docker : .oci
    return selection.isEverything && platformFrom != .tag && sources.allSatisfy { $0.platform == nil }
      && (form == .automatic || form == formOfIndex)
  }
}

extension Descriptor {
  /// The entries of a docker manifest list are docker images, and have no annotations.
  fileprivate var fitsDockerList: Bool { mediaType == .dockerManifest && annotations.isEmpty }
}
