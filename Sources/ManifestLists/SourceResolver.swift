import OCI
import OCIRegistry

/// A source that is known to be there, with what the list will say of it.
package struct ResolvedSource: Sendable {
  package let source: Source
  package let descriptor: Descriptor
  package let origin: PlatformDecision.Origin
}

/// Finds out what is behind each source's name.
struct SourceResolver: Sendable {
  let client: RepositoryClient
  let platformFrom: PublishRequest.PlatformFrom

  /// All at once, in their order.
  ///
  /// - Throws: `PublishError`, `RegistryError`. Where several sources are wrong, all of them are named.
  func resolve(_ sources: [Source]) async throws -> [ResolvedSource] {
    let results = await withTaskGroup(of: (Int, Result<ResolvedSource, any Error>).self) { group in
      for (index, source) in sources.enumerated() {
        // Swift 6.3.1, optimised, loses `index` where the error is caught in this closure.
        group.addTask { (index, await outcome(of: source)) }
      }
      return await group.reduce(into: [:]) { $0[$1.0] = $1.1 }
    }
    let ordered = sources.indices.compactMap { results[$0] }
    let errors = ordered.compactMap { result -> (any Error)? in
      if case .failure(let error) = result { error } else { nil }
    }
    if errors.count > 1 { throw PublishError.several(errors) }
    return try ordered.map { try $0.get() }
  }

  private func outcome(of source: Source) async -> Result<ResolvedSource, any Error> {
    do { return .success(try await resolve(source)) } catch { return .failure(error) }
  }

  private func resolve(_ source: Source) async throws -> ResolvedSource {
    let manifest: RawManifest
    do { manifest = try await client.manifest(source.reference.name) } catch let error as RegistryError {
      guard case .notFound = error else { throw error }
      throw PublishError.missing(source, error)
    }
    if manifest.mediaType.isIndex {
      let index = try? Index(decoding: manifest.bytes, mediaType: manifest.mediaType)
      throw PublishError.isIndex(source, index?.manifests ?? [])
    }
    let decision = try await platform(of: source, manifest)
    return ResolvedSource(
      source: source,
      descriptor: manifest.descriptor(platform: decision.platform),
      origin: decision.origin
    )
  }

  private func platform(of source: Source, _ manifest: RawManifest) async throws -> PlatformDecision {
    let config = try Manifest(of: source, manifest).config
    if let platform = source.platform {
      // Windows compares its version with the list's, and only the image knows it.
      let isWindows = platform.os == "windows" && config.mediaType.isImageConfig
      return PlatformDecision(option: platform, config: isWindows ? try await self.config(config, of: source) : nil)
    }
    let inferred = InferredPlatform(reading: source.reference)
    if platformFrom == .tag { return try PlatformDecision(tag: inferred, of: source) }
    guard config.mediaType.mayBeImageConfig else {
      throw PublishError.notRunnable(source, config: config.mediaType)
    }
    let image = try await self.config(config, of: source)
    return try PlatformDecision(tag: platformFrom == .config ? nil : inferred, config: image, of: source)
  }

  private func config(_ descriptor: Descriptor, of source: Source) async throws -> ImageConfig {
    let bytes = try await client.config(descriptor, of: source.reference.name)
    do { return try ImageConfig(decoding: bytes) } catch { throw PublishError.badConfig(source, error) }
  }
}

extension Manifest {
  fileprivate init(of source: Source, _ raw: RawManifest) throws(PublishError) {
    do { self = try Manifest(decoding: raw.bytes) } catch { throw .badManifest(source, error) }
  }
}
