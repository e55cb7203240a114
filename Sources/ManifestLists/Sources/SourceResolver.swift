import OCI
import OCIRegistry
import Transfer

/// Finds the manifests that the sources name, and their platforms.
struct SourceResolver: Sendable {
  /// The client for a source's repository.
  let client: @Sendable (Repository) async throws -> RepositoryClient
  let platformFrom: PublishRequest.PlatformFrom
  /// The tags of the list. They state no platform of an image.
  var listTags: [Tag] = []
  var selection = ImageSelection()
  private let nearest = NearestTags()
  var onEvent: @Sendable (ListEvent) -> Void = { _ in }

  /// Resolves all sources at the same time.
  ///
  /// - Throws: `PublishError` or `RegistryError`. Where several sources have errors, `PublishError.several` has them all.
  func resolve(_ sources: [Source]) async throws -> Resolution {
    let isOnlySource = sources.count == 1
    let results = await sources.concurrentMap { source in
      let resolution = try await resolve(source, isOnlySource: isOnlySource)
      resolution.entries.forEach { onEvent(.resolved($0)) }
      return resolution
    }
    let resolutions = try PublishError.values(of: results)
    let entries = resolutions.flatMap(\.entries)
    let missing = selection.missing(in: entries)
    if !missing.isEmpty { throw PublishError.notSelected(missing) }
    return Resolution(entries: entries, index: resolutions.first?.index)
  }

  private func resolve(_ source: Source, isOnlySource: Bool) async throws -> Resolution {
    let client = try await client(source.reference.repository)
    switch try await manifest(of: source, client) {
    case .image(let descriptor, let config):
      let decision = try await platform(of: source, config, source.reference.name, client)
      return Resolution(entries: [ListEntry(source, source.reference, descriptor, decision)])
    case .index(let found):
      let entries = try await entries(of: found.index, source, isOnlySource: isOnlySource, client)
      return Resolution(entries: entries, index: isOnlySource ? found : nil)
    }
  }

  private func manifest(of source: Source, _ client: RepositoryClient) async throws -> FoundManifest {
    do { return try await client.manifest(source.reference.name) { try FoundManifest($0) } } catch {
      switch error {
      case let error as ManifestError: throw PublishError.badManifest(source, error)
      case RegistryError.notFound(let name, let details):
        let error = RegistryError.notFound(name, details)
        throw PublishError.missing(source, error, nearest: await nearest.tags(near: source.reference, error, client))
      default: throw error
      }
    }
  }

  /// The platform of an image: the source itself, or one in its index that has none there.
  func platform(
    of source: Source,
    _ config: Descriptor,
    _ name: ManifestName,
    _ client: RepositoryClient
  ) async throws -> PlatformDecision {
    if let platform = source.platform {
      // Windows compares its version with the list's, and only the config states it.
      let needsConfig = platform.os == "windows" || platform.unknownWord != nil
      let image = needsConfig ? try await self.config(config, of: source, name, client) : nil
      return try PlatformDecision(assigned: platform, config: image, of: source)
    }
    let inferred = InferredPlatform(reading: source.reference, in: listTags)
    if platformFrom == .tag {
      guard config.mediaType.mayBeImageConfig else { throw PublishError.notRunnable(source, config: config.mediaType) }
      return try PlatformDecision(tag: inferred, of: source)
    }
    guard let image = try await self.config(config, of: source, name, client) else {
      throw PublishError.notRunnable(source, config: config.mediaType)
    }
    return try PlatformDecision(tag: platformFrom == .config ? nil : inferred, config: image, of: source)
  }

  /// Nil if the manifest is not that of an image.
  private func config(
    _ descriptor: Descriptor,
    of source: Source,
    _ name: ManifestName,
    _ client: RepositoryClient
  ) async throws -> ImageConfig? {
    do { return try await client.imageConfig(descriptor, of: name) } catch let error as ManifestError {
      throw PublishError.badConfig(source, error)
    }
  }
}

extension ListEntry {
  /// - Parameter descriptor: Of the manifest. Its platform is replaced by the one that was decided on.
  init(_ source: Source, _ place: Reference, _ descriptor: Descriptor, _ decision: PlatformDecision) {
    var descriptor = descriptor
    descriptor.platform = decision.platform
    self.init(
      source: source,
      place: place,
      descriptor: descriptor,
      origin: decision.origin,
      unknownVariant: decision.unknownVariant
    )
  }
}
