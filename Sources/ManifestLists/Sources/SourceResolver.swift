import OCI
import OCIRegistry

/// Finds the manifests that the sources name, and their platforms.
struct SourceResolver: Sendable {
  /// The client for a source's repository.
  let client: @Sendable (Repository) async throws -> RepositoryClient
  let platformFrom: PublishRequest.PlatformFrom
  /// The tags of the list. They state no platform of an image.
  var listTags: [Tag] = []
  private let nearest = NearestTags()
  var onEvent: @Sendable (ListEvent) -> Void = { _ in }

  /// Resolves all sources at the same time.
  ///
  /// - Returns: The entries, in the order of their sources.
  /// - Throws: `PublishError` or `RegistryError`. Where several sources have errors, `PublishError.several` has them all.
  func resolve(_ sources: [Source]) async throws -> [ListEntry] {
    let results = await withTaskGroup(of: (Int, Result<[ListEntry], any Error>).self) { group in
      for (index, source) in sources.enumerated() {
        // Swift 6.3.1, optimised, loses `index` where the error is caught in this closure.
        group.addTask { (index, await result(of: source)) }
      }
      return await group.reduce(into: [:]) { $0[$1.0] = $1.1 }
    }
    let ordered = sources.indices.compactMap { results[$0] }
    let errors = ordered.compactMap { result -> (any Error)? in
      if case .failure(let error) = result { error } else { nil }
    }
    if errors.count > 1 { throw PublishError.several(errors) }
    return try ordered.flatMap { try $0.get() }
  }

  private func result(of source: Source) async -> Result<[ListEntry], any Error> {
    do {
      let entries = try await entries(of: source)
      entries.forEach { onEvent(.resolved($0)) }
      return .success(entries)
    } catch { return .failure(error) }
  }

  private func entries(of source: Source) async throws -> [ListEntry] {
    let client = try await client(source.reference.repository)
    let image: FoundImage
    do {
      image = try await client.manifest(source.reference.name) { try FoundImage($0, of: source) }
    } catch let error as RegistryError {
      guard case .notFound = error else { throw error }
      throw PublishError.missing(source, error, nearest: await nearest.tags(near: source.reference, error, client))
    }
    let decision = try await platform(of: source, image.config, client)
    var descriptor = image.descriptor
    descriptor.platform = decision.platform
    let entry = ListEntry(
      source: source,
      place: source.reference,
      descriptor: descriptor,
      origin: decision.origin,
      unknownVariant: decision.unknownVariant
    )
    return [entry]
  }

  private func platform(
    of source: Source,
    _ config: Descriptor,
    _ client: RepositoryClient
  ) async throws -> PlatformDecision {
    if let platform = source.platform {
      // Windows compares its version with the list's, and only the config states it.
      let needsConfig = platform.os == "windows" || platform.unknownWord != nil
      let image = needsConfig ? try await self.config(config, of: source, client) : nil
      return try PlatformDecision(assigned: platform, config: image, of: source)
    }
    let inferred = InferredPlatform(reading: source.reference, in: listTags)
    if platformFrom == .tag {
      guard config.mediaType.mayBeImageConfig else { throw PublishError.notRunnable(source, config: config.mediaType) }
      return try PlatformDecision(tag: inferred, of: source)
    }
    guard let image = try await self.config(config, of: source, client) else {
      throw PublishError.notRunnable(source, config: config.mediaType)
    }
    return try PlatformDecision(tag: platformFrom == .config ? nil : inferred, config: image, of: source)
  }

  /// Nil if the source is not an image.
  private func config(
    _ descriptor: Descriptor,
    of source: Source,
    _ client: RepositoryClient
  ) async throws -> ImageConfig? {
    do { return try await client.imageConfig(descriptor, of: source.reference.name) } catch let error as ManifestError {
      throw PublishError.badConfig(source, error)
    }
  }
}

/// What is needed of an image's manifest. Its bytes are not kept: there may be many images.
private struct FoundImage: Sendable {
  /// Of the manifest.
  let descriptor: Descriptor
  let config: Descriptor

  /// - Throws: `PublishError.isIndex` if it is not an image, `PublishError.badManifest` if it cannot be read.
  init(_ manifest: RawManifest, of source: Source) throws(PublishError) {
    if manifest.mediaType.isIndex {
      let index = try? Index(decoding: manifest.bytes, mediaType: manifest.mediaType)
      let images = index?.manifests.filter { $0.runnablePlatform != nil } ?? []
      throw .isIndex(source, Array(images.prefix(PublishError.namedImages + 1)))
    }
    descriptor = manifest.descriptor()
    do { config = try Manifest(decoding: manifest.bytes).config } catch { throw .badManifest(source, error) }
  }
}
