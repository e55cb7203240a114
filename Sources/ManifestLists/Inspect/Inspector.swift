import OCI
import OCIRegistry

/// Finds out what is behind a name.
package struct Inspector: Sendable {
  let registries: Registries
  let timeout: Duration
  let clock: any Clock<Duration>
  let onEvent: @Sendable (ListEvent) -> Void

  /// - Parameters:
  ///   - timeout: How long to wait for a name that is not in the registry yet.
  ///   - onEvent: Receives `ListEvent.waiting` and `ListEvent.warning`.
  package init(
    registries: Registries,
    timeout: Duration = .zero,
    clock: any Clock<Duration> = ContinuousClock(),
    onEvent: @escaping @Sendable (ListEvent) -> Void = { _ in }
  ) {
    self.registries = registries
    self.timeout = timeout
    self.clock = clock
    self.onEvent = onEvent
  }

  /// - Parameter readsEntries: False where only the manifest is needed. `entries` is empty then.
  /// - Throws: `InspectError`, `RegistryError` or `SettingsError`.
  package func inspect(_ reference: Reference, readsEntries: Bool = true) async throws -> Inspection {
    let client = await registries.repository(reference.repository, readsMirrors: true)
    let manifest: RawManifest
    do { manifest = try await awaitManifest(reference, client) } catch let error as RegistryError {
      guard case .notFound = error else { throw error }
      throw InspectError.missing(error, nearest: await NearestTags().tags(near: reference, error, client))
    }
    do {
      let entries = readsEntries ? try await entries(of: manifest, reference, client) : []
      return Inspection(reference: reference, manifest: manifest, entries: entries)
    } catch let error as ManifestError {
      throw RegistryError.notAManifest(reference, reason: "\(error)")
    }
  }

  /// Asks until the manifest is there. All requests use one client, so that credentials are fetched once. Permanent errors are
  /// thrown immediately.
  private func awaitManifest(_ reference: Reference, _ client: RepositoryClient) async throws -> RawManifest {
    var polling = Polling(timeout: timeout, clock: clock)
    var hasWaited = false
    while true {
      do { return try await client.manifest(reference.name) } catch let error as RegistryError {
        guard error.isTransient, polling.hasTime else { throw error }
        if !hasWaited { onEvent(.waiting(reference, timeout: timeout, error)) }
        hasWaited = true
        try await polling.wait()
      }
    }
  }

  private func entries(
    of manifest: RawManifest,
    _ reference: Reference,
    _ client: RepositoryClient
  ) async throws -> [Descriptor] {
    if manifest.mediaType.isIndex {
      return try Index(decoding: manifest.bytes, mediaType: manifest.mediaType).manifests
    }
    let config = try Manifest(decoding: manifest.bytes).config
    let image: ImageConfig?
    do { image = try await client.imageConfig(config, of: reference.name) } catch let error as ManifestError {
      throw InspectError.badConfig(reference, error)
    }
    let platform = image?.platform()
    if let platform, let variant = image?.unknownVariant() {
      onEvent(.warning(.unknownVariant(.registry(reference), variant: variant, platform)))
    }
    return [manifest.descriptor(platform: platform)]
  }
}
