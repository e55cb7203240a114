import OCI
import OCIRegistry
import Synchronization
import Transfer

/// Reads the manifests that an index points at, so that a list never points at one that is missing or damaged. Indexes in
/// the index are read as well.
struct IndexChildren: Sendable {
  let source: Source
  let selection: ImageSelection
  let store: any ImageSource
  private let count = ManifestCount()
  /// Of the entries of all sources, as a list has them, and of what is kept of their manifests.
  private let budget: Budget

  init(of source: Source, _ selection: ImageSelection, _ store: any ImageSource, _ budget: Budget) {
    self.budget = budget
    self.source = source
    self.selection = selection
    self.store = store
  }

  /// An entry of an index that is not an index itself.
  struct Child: Sendable {
    /// As it stands in the index.
    let descriptor: Descriptor
    /// Nil for content of another type than that of a manifest. It is for other programs, and not read.
    var image: FoundImage?

    /// False for an attestation, and for what is for other programs: a signature without a platform, for example. Where it
    /// is true and the index states no platform, the config decides.
    var mayBeImage: Bool {
      guard let image, !descriptor.isAttestation else { return false }
      return descriptor.statedPlatform != nil || image.config.mediaType.mayBeImageConfig
    }

    /// The same, as far as it is known without the config.
    var isImage: Bool { mayBeImage && (descriptor.statedPlatform != nil || image?.layers.mayBeOfImage == true) }
  }

  /// In one source. Larger ones are not made by tools, and each manifest is a request.
  static let maximumCount = 1000

  /// In the order of the index; those of an index in it stand in its place.
  ///
  /// - Throws: `PublishError.badChild` for a child that is missing, or is not what its descriptor says; `PublishError.several`
  ///   of them.
  func read(_ index: Index, depth: Int = 1) async throws -> [Child] {
    let entries = selection.candidates(among: index.manifests)
    guard count.add(entries.count) <= Self.maximumCount else {
      throw PublishError.tooManyImages(source, limit: Self.maximumCount)
    }
    for entry in entries { try keep(entry) }
    let results = await entries.concurrentMap { try await children(behind: $0, depth: depth) }
    return try PublishError.values(of: results).flatMap(\.self)
  }

  private func keep(_ descriptor: Descriptor) throws(PublishError) {
    guard budget.take(descriptor.json.encoded().count) else {
      throw .listTooLarge(nil, .tooLarge(limit: Index.maximumSize))
    }
  }

  private func children(behind entry: Descriptor, depth: Int) async throws -> [Child] {
    if !entry.mediaType.isManifest {
      guard entry.statedPlatform?.isRunnable == true else { return [Child(descriptor: entry)] }
      throw PublishError.badChild(source, entry, ManifestError.otherType(entry.mediaType))
    }
    let found: FoundManifest
    do {
      found = try await store.manifest(.digest(entry.digest, tag: nil)) { manifest in
        try manifest.check(against: entry)
        return try FoundManifest(manifest)
      }
    } catch { throw PublishError.badChild(source, entry, error) }
    switch found {
    case .image(_, let image):
      try keep(image.config)
      return [Child(descriptor: entry, image: image)]
    case .index(let nested):
      let limit = ImageTransfer.maximumDepth
      guard depth < limit else { throw PublishError.tooDeep(source, limit: limit) }
      return try await read(nested.index, depth: depth + 1)
    }
  }
}

/// How many manifests were found, in all indexes of a source.
private final class ManifestCount: Sendable {
  private let count = Mutex(0)

  func add(_ number: Int) -> Int {
    count.withLock {
      $0 += number
      return $0
    }
  }
}
