import OCI
import OCIRegistry
import Transfer

extension PublishRequest {
  /// What the sources refer to now. Those that do not exist are not in it; everything else that goes wrong is an error.
  ///
  /// - Parameter known: What they referred to before.
  /// - Throws: `RegistryError` or `LayoutError`; `PublishError.several` where several sources have errors.
  func sourceDigests(_ stores: OpenStores, since known: SourceDigests) async throws -> SourceDigests {
    let request = try await resolvingPatterns(stores)
    let results = await request.sources.concurrentMap { source -> Digest? in
      guard let reference = source.place.reference else { return nil }
      return try await stores.client(reference.repository).digest(
        of: reference.name,
        wasMissing: known[source.place] == nil
      )
    }
    let digests = try PublishError.values(of: results)
    var found: SourceDigests = [:]
    for (source, digest) in zip(request.sources, digests) { found[source.place] = digest }
    return found
  }
}
