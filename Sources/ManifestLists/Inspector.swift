import OCI
import OCIRegistry

/// What is behind a name.
package struct Inspection: Sendable {
  package let reference: Reference
  package let manifest: RawManifest
  /// The images of a list; for an image, itself.
  package let entries: [Descriptor]

  /// The same with the images for one platform alone; nil: with all.
  package func only(_ platform: Platform?) -> Inspection {
    guard let platform else { return self }
    let chosen = entries.filter { $0.runnablePlatform?.isSame(as: platform) == true }
    return Inspection(reference: reference, manifest: manifest, entries: chosen)
  }
}

package struct Inspector: Sendable {
  let registries: RegistryContext
  /// How long a name may take to be there.
  let timeout: Duration
  /// Told once, when the name is not there yet.
  let onWait: @Sendable (RegistryError) -> Void

  package init(
    registries: RegistryContext,
    timeout: Duration = .zero,
    onWait: @escaping @Sendable (RegistryError) -> Void = { _ in }
  ) {
    self.registries = registries
    self.timeout = timeout
    self.onWait = onWait
  }

  /// - Parameter readsEntries: False where only the manifest is wanted.
  /// - Throws: `RegistryError` or `SettingsError`.
  package func inspect(_ reference: Reference, readsEntries: Bool = true) async throws -> Inspection {
    let repository = reference.repository
    let client = try registries.client(for: repository.registry, scopes: [Scope(repository, .pull)], readsMirrors: true)
    let manifest = try await awaitManifest(reference, client)
    do {
      let entries = readsEntries ? try await entries(of: manifest, reference, client) : []
      return Inspection(reference: reference, manifest: manifest, entries: entries)
    } catch let error as ManifestError {
      throw RegistryError.notAManifest(reference, reason: "\(error)")
    }
  }

  /// Looks until the manifest is there, after 1, 2, 4, 8 and then every 10 seconds; by the same client, so that nobody
  /// is asked for a password twice. What will not pass is thrown at once.
  private func awaitManifest(_ reference: Reference, _ client: RegistryClient) async throws -> RawManifest {
    let end = ContinuousClock.now + timeout
    var pause = Duration.seconds(1)
    while true {
      do { return try await client.manifest(reference) } catch let error as RegistryError {
        let rest = end - .now
        guard error.isTransient, rest > .zero else { throw error }
        if pause == .seconds(1) { onWait(error) }
        try await Task.sleep(for: min(pause, rest))
        pause = min(pause * 2, .seconds(10))
      }
    }
  }

  private func entries(
    of manifest: RawManifest,
    _ reference: Reference,
    _ client: RegistryClient
  ) async throws -> [Descriptor] {
    if manifest.mediaType.isIndex {
      return try Index(decoding: manifest.bytes, mediaType: manifest.mediaType).manifests
    }
    let config = try Manifest(decoding: manifest.bytes).config
    guard config.mediaType.isImageConfig else { return [manifest.descriptor()] }
    let platform = try ImageConfig(decoding: await client.config(config, of: reference)).platform()
    return [manifest.descriptor(platform: platform)]
  }
}
