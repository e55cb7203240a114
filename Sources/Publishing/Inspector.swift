import OCI
import OCIRegistry

/// What is behind a name.
package struct Inspection: Sendable {
  package let reference: Reference
  package let manifest: RawManifest
  /// The images of a list; for an image, itself.
  package let entries: [Descriptor]
}

package struct Inspector: Sendable {
  let registries: RegistryContext

  package init(registries: RegistryContext) { self.registries = registries }

  /// - Parameter readsConfig: False where only the bytes are wanted.
  /// - Throws: `RegistryError`, `ManifestError` or `SettingsError`.
  package func inspect(_ reference: Reference, readsEntries: Bool = true) async throws -> Inspection {
    let repository = reference.repository
    let client = try registries.client(for: repository.registry, scopes: [Scope(repository, .pull)], readsMirrors: true)
    let manifest = try await client.manifest(reference)
    let entries = readsEntries ? try await entries(of: manifest, repository, client) : []
    return Inspection(reference: reference, manifest: manifest, entries: entries)
  }

  private func entries(
    of manifest: RawManifest,
    _ repository: Repository,
    _ client: RegistryClient
  ) async throws -> [Descriptor] {
    if manifest.mediaType.isIndex {
      return try Index(decoding: manifest.bytes, mediaType: manifest.mediaType).manifests
    }
    let config = try Manifest(decoding: manifest.bytes).config
    guard config.mediaType.isImageConfig else { return [manifest.descriptor()] }
    let platform = try ImageConfig(decoding: await client.blob(config, of: repository)).platform
    return [manifest.descriptor(platform: platform)]
  }
}
