import OCI
import OCIRegistry

extension RepositoryClient: ImageSource {
  package var mountable: Repository? { repository }
}

extension RepositoryClient: ImageTarget {
  /// A registry can take over the blobs of its other repositories.
  package func canMount(from source: any ImageSource) -> Bool {
    source.mountable?.registry == repository.registry
  }

  package func put(
    _ blob: Descriptor,
    from source: any ImageSource,
    mounting: Bool,
    onBytes: @escaping @Sendable (Int) -> Void
  ) async throws -> BlobOutcome {
    let mountable = mounting && canMount(from: source) ? source.mountable : nil
    let result = try await put(blob, mountingFrom: mountable) { try await source.blob(blob).counted(by: onBytes) }
    return switch result {
    case .mounted: .mounted
    case .uploaded: .copied
    case .present: .present
    }
  }

  package func put(_ manifest: RawManifest) async throws {
    _ = try await put(manifest, as: .digest(manifest.digest, tag: nil))
  }

  package func lacksContent(_ error: any Error) -> Bool { (error as? RegistryError)?.lacksContent == true }
}
