import OCI

/// Makes the list of its entries, without any I/O: the same entries always make the same bytes.
enum IndexAssembler {
  /// - Parameters:
  ///   - subject: The descriptor of the manifest that the list is to refer to.
  ///   - old: The entries of the list that is edited.
  /// - Throws: `PublishError` if two entries are for one platform, the requested form cannot contain one of them, or an
  ///   annotation is for a platform that is not there.
  static func assemble(
    _ resolution: Resolution,
    _ request: PublishRequest,
    subject: Descriptor? = nil,
    replacing old: [ListEntry] = []
  ) throws -> AssembledList {
    try checkPlatforms(of: resolution.entries, replacing: old)
    let entries = try request.additions.annotated(resolution.entries, isPartial: resolution.isPartial)
    let found = resolution.index?.index ?? Index(mediaType: .ociIndex, manifests: [])
    let kept = resolution.index.flatMap { request.keeps($0, resolution.entries) ? $0 : nil }
    if request.document != nil { try checkDocument(found, resolution.entries) }
    var list = found
    let labels = request.additions.annotatesFromLabels ? entries.sharedLabels : [:]
    request.additions.apply(to: &list, labels: labels, subject: subject)
    var children = Dictionary(grouping: entries, by: \.place.store).mapValues { $0.map(\.descriptor) }
    if let kept, list == found, entries == resolution.entries {
      return AssembledList(manifest: kept.manifest, entries: entries, children: children)
    }
    list.manifests = entries.map(\.descriptor)
    list.mediaType = try mediaType(of: list, entries, request)
    let bytes = list.encoded()
    do { try Index.checkSize(of: bytes) } catch { throw PublishError.listTooLarge(request.names.first, error) }
    let manifest = RawManifest(bytes: bytes, mediaType: list.mediaType, digest: try Digest(of: bytes))
    // Some registries refuse a list whose subject they do not have.
    if let subject, let place = request.additions.subject {
      children[place.store, default: []].append(subject)
    }
    var assembled = AssembledList(manifest: manifest, entries: entries, children: children)
    if list.mediaType == .ociIndex {
      let type = try kept?.manifest.mediaType ?? mediaType(of: found, resolution.entries, request)
      assembled.isOCIByAdditions = type == .dockerList
    }
    return assembled
  }

  /// The user's list is published as it is, so all engines must find its platforms.
  ///
  /// - Parameter resolved: The entries that the list should have.
  private static func checkDocument(_ list: Index, _ resolved: [ListEntry]) throws(PublishError) {
    let right = Set(resolved.map(\.descriptor))
    guard let entry = list.manifests.first(where: { !right.contains($0) }) else { return }
    if entry.mediaType.isIndex { throw .listInList(entry) }
    guard let stated = entry.platform else { throw .incompletePlatform(entry) }
    throw .otherSpelling(entry.digest, stated, as: stated.spelled)
  }

  /// - Parameter old: The entries of the list that is edited. What is wrong with it already is no reason to refuse an edit
  ///   that does not make it worse.
  /// - Throws: `PublishError.samePlatform`, or `several` of them.
  static func checkPlatforms(of entries: [ListEntry], replacing old: [ListEntry] = []) throws(PublishError) {
    let (numbers, before) = (entries.numbersByPlatform, old.numbersByPlatform)
    var first: [Platform: ListEntry] = [:]
    var errors: [PublishError] = []
    for entry in entries {
      // Any number of entries can be without a platform, or have unknown/unknown, like attestations.
      guard let platform = entry.descriptor.runnablePlatform else { continue }
      let normal = platform.normalized
      if let other = first[normal], numbers[normal, default: 0] > before[normal, default: 0] {
        errors.append(.samePlatform(platform, other, entry))
      }
      first[normal] = first[normal] ?? entry
    }
    try PublishError.check(errors)
  }

  private static func mediaType(
    of list: Index,
    _ entries: [ListEntry],
    _ request: PublishRequest
  ) throws(PublishError) -> MediaType {
    let layout = request.names.first { $0.reference == nil }
    let others = entries.filter { !$0.descriptor.fitsDockerList }
    switch request.form {
    case .oci: return .ociIndex
    case .automatic where layout != nil: return .ociIndex
    case .automatic: return others.isEmpty && list.fitsDockerList ? .dockerList : .ociIndex
    case .docker:
      try PublishError.check(others.map { .notDocker($0) })
      if !list.fitsDockerList { throw .indexNotDocker(entries.first?.source) }
      return .dockerList
    }
  }
}

extension PublishRequest {
  /// True if the entries are exactly those of the index, and registries accept it. It keeps its digest then. Where an entry
  /// lacks its platform, has it in another spelling, or is a list, they differ.
  fileprivate func keeps(_ index: FoundIndex, _ entries: [ListEntry]) -> Bool {
    let formOfIndex = index.manifest.mediaType == .dockerList ? ListForm.docker : .oci
    let isInLayout = names.contains { $0.reference == nil }
    return (form == .automatic || form == formOfIndex) && (formOfIndex == .oci || !isInLayout)
      && !index.index.lacksSchemaVersion && entries.map(\.descriptor) == index.index.manifests
  }
}

extension [ListEntry] {
  /// How many entries each platform has.
  fileprivate var numbersByPlatform: [Platform: Int] {
    compactMap(\.descriptor.runnablePlatform).reduce(into: [:]) { $0[$1.normalized, default: 0] += 1 }
  }
}

extension Index {
  /// A docker manifest list has entries and nothing else.
  fileprivate var fitsDockerList: Bool { annotations.isEmpty && artifactType == nil && subject == nil }
}

extension Descriptor {
  /// The entries of a docker manifest list are docker images, and have no annotations.
  fileprivate var fitsDockerList: Bool { mediaType == .dockerManifest && annotations.isEmpty }
}
