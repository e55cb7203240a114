import OCI
import OCIRegistry
import Transfer

/// Finds the manifests that the sources name, and their platforms.
struct SourceResolver: Sendable {
  let stores: OpenStores
  let platformFrom: PublishRequest.PlatformFrom
  /// The tags of the list. They state no platform of an image.
  var listTags: [Tag] = []
  var selection = ImageSelection()
  /// Whether the labels of all images are read.
  var readsLabels = false
  /// Whether sources that do not exist are left out. If not, they are errors.
  var leavesOutMissing = false
  /// Whether there may be further images later that are not among the sources yet.
  var mayHaveMore = false
  private let nearest = NearestTags()
  /// More than a list can have, for some of the entries may not be for it.
  let budget = Budget(limit: 2 * Index.maximumSize)
  private let labelPool = LabelPool(limit: 4 << 20)
  /// More than any list that tools make has, and as many requests as servers take at a time. Others wait, and take no memory.
  private static let parallelSources = 200
  var onEvent: @Sendable (ListEvent) -> Void = { _ in }

  /// Resolves all sources at the same time.
  ///
  /// - Throws: `PublishError` or `RegistryError`. Where several sources have errors, `PublishError.several` has them all.
  func resolve(_ sources: [Source]) async throws -> Resolution {
    let resolutions = try await resolutions(of: sources, isOnlySource: sources.count == 1)
    var all = Resolution(entries: resolutions.flatMap(\.entries), index: resolutions.first?.index)
    all.leftOut = resolutions.flatMap(\.leftOut)
    for resolution in resolutions { all.digests.merge(resolution.digests) { first, _ in first } }
    let missing = selection.missing(in: all.entries)
    if !missing.isEmpty, all.leftOut.isEmpty, !mayHaveMore { throw PublishError.notSelected(missing) }
    return all
  }

  /// Resolves each of some sources for itself.
  ///
  /// - Parameter isOnlySource: Whether the list has only one.
  /// - Throws: As the function above.
  func resolutions(of sources: [Source], isOnlySource: Bool) async throws -> [Resolution] {
    let results = await sources.concurrentMap(limit: Self.parallelSources) { source in
      let resolution = try await resolve(source, isOnlySource: isOnlySource)
      resolution.entries.forEach { onEvent(.resolved($0)) }
      return resolution
    }
    return try PublishError.values(of: results)
  }

  /// Resolves the entries of a list that the user has.
  ///
  /// - Parameter list: Its images are where this is.
  /// - Throws: `PublishError` or `RegistryError`.
  func resolve(_ document: RawManifest, in list: Place) async throws -> Resolution {
    let index = try Index(decoding: document.bytes, mediaType: document.mediaType)
    let source = Source("the list", list.manifest(document.digest), reading: .document)
    let store: any ImageSource
    do { store = try await stores.source(list.store) } catch  where error.saysNoSuchImage {
      throw PublishError.noLayout(list.store)
    }
    let entries = try await entries(of: index, source, store)
    entries.forEach { onEvent(.resolved($0)) }
    return Resolution(entries: entries, index: FoundIndex(manifest: document, index: index))
  }

  private func resolve(_ source: Source, isOnlySource: Bool) async throws -> Resolution {
    let store: any ImageSource
    do { store = try await stores.source(source.place.store) } catch {
      if error.saysNoSuchImage, source.reading == .tag { throw PublishError.notInLayout(source) }
      throw error
    }
    switch try await manifest(of: source, store) {
    case nil: return Resolution(entries: [], leftOut: [source])
    case .image(let descriptor, let image):
      let name = source.place.name(of: descriptor)
      var (decision, config) = try await platform(of: source, image, name, store)
      try decision.assign(source)
      var entry = ListEntry(source, source.place, descriptor, decision)
      if readsLabels { entry.labels = try await labels(of: source, config, image.config, name, store) }
      return Resolution(entries: [entry], digests: [source.place: descriptor.digest])
    case .index(let found):
      let entries = try await entries(of: found.index, source, store)
      let digests = [source.place: found.manifest.digest]
      return Resolution(entries: entries, index: isOnlySource ? found : nil, digests: digests)
    }
  }

  /// Nil if the source does not exist, and is left out then.
  private func manifest(of source: Source, _ store: any ImageSource) async throws -> FoundManifest? {
    do {
      return try await store.manifest(try await stores.name(of: source.place)) { try FoundManifest($0) }
    } catch {
      switch error {
      case let error as ManifestError: throw PublishError.badManifest(source, error)
      case RegistryError.notFound where leavesOutMissing: return nil
      case RegistryError.notFound(let name, let details):
        let client = await stores.client(name.repository)
        let error = RegistryError.notFound(name, details)
        throw PublishError.missing(source, error, nearest: await nearest.tags(near: name, error, client))
      default: throw error
      }
    }
  }

  /// The platform of an image: the source itself, or one in its index that has none there. Also its config, if that was
  /// read.
  func platform(
    of source: Source,
    _ image: FoundImage,
    _ name: ManifestName,
    _ store: any ImageSource
  ) async throws -> (PlatformDecision, ImageConfig?) {
    if let platform = source.platform {
      // Windows compares its version with the list's, and only the config states it.
      let needsConfig = platform.os == "windows" || platform.unknownWord != nil
      let config = needsConfig ? try await self.config(image.config, of: source, name, store) : nil
      return (try PlatformDecision(assigned: platform, config: config, of: source), config)
    }
    if platformFrom == .tag {
      let type = image.config.mediaType
      guard type.mayBeImageConfig else { throw PublishError.notRunnable(source, .config(type)) }
      return (try PlatformDecision(tag: source.inferredPlatform(in: listTags), of: source), nil)
    }
    let config = try await self.config(image.config, of: source, name, store)
    return (try decision(image, config, of: source), config)
  }

  /// The platform that the tag and the config of an image state.
  ///
  /// - Parameter config: Nil if the manifest is not that of an image.
  func decision(
    _ image: FoundImage,
    _ config: ImageConfig?,
    of source: Source
  ) throws(PublishError) -> PlatformDecision {
    guard let config else { throw .notRunnable(source, .config(image.config.mediaType)) }
    let inferred = platformFrom == .config ? nil : source.inferredPlatform(in: listTags)
    let decision = try PlatformDecision(tag: inferred, config: config, of: source)
    if let reason = NotRunnable(image.layers, inConfig: config.layerCount) { throw .notRunnable(source, reason) }
    return decision
  }

  /// The predefined labels of an image; none if the manifest is not that of an image.
  ///
  /// - Parameter known: Its config, if that was read already.
  /// - Throws: `PublishError.badLabels`, `PublishError.labelsTooLarge`, and what the store throws.
  func labels(
    of source: Source,
    _ known: ImageConfig?,
    _ descriptor: Descriptor,
    _ name: ManifestName,
    _ store: any ImageSource
  ) async throws -> [String: String] {
    var config = known
    if config == nil {
      do { config = try await store.imageConfig(descriptor, of: name) } catch {
        guard let error = error as? ManifestError else { throw error }
        throw PublishError.badLabels(source, error)
      }
    }
    let labels = labelPool.shared(config?.predefinedLabels ?? [:])
    guard let labels else { throw PublishError.labelsTooLarge(limit: labelPool.limit) }
    return labels
  }

  /// Nil if the manifest is not that of an image.
  func config(
    _ descriptor: Descriptor,
    of source: Source,
    _ name: ManifestName,
    _ store: any ImageSource
  ) async throws -> ImageConfig? {
    do { return try await store.imageConfig(descriptor, of: name) } catch let error as ManifestError {
      throw PublishError.badConfig(source, error)
    }
  }
}

extension ListEntry {
  /// - Parameter descriptor: Of the manifest. Its platform is replaced by the one that was decided on.
  init(_ source: Source, _ place: Place, _ descriptor: Descriptor, _ decision: PlatformDecision) {
    var descriptor = descriptor
    descriptor.platform = decision.platform
    self.init(
      source: source,
      place: place,
      descriptor: descriptor,
      origin: decision.origin,
      unknownVariant: decision.unknownVariant,
      otherSpelling: decision.otherSpelling
    )
  }
}

extension Place {
  /// How the manifest is named in its store.
  fileprivate func name(of manifest: Descriptor) -> ManifestName {
    reference?.name ?? .digest(manifest.digest, tag: nil)
  }
}
