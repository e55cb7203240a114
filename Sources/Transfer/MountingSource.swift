import OCI

/// A source whose blobs are in a repository of the target's registry, too: they are mounted from there. Everything else is
/// read from the source itself. The repository may not show at once what was pushed to it.
package struct MountingSource: ImageSource {
  private let base: any ImageSource
  package let mountable: Repository?

  package init(_ base: any ImageSource, mountingFrom repository: Repository) {
    self.base = base
    mountable = repository
  }

  package func manifest<Value: Sendable>(
    _ name: ManifestName,
    _ read: @escaping @Sendable (RawManifest) throws -> Value
  ) async throws -> Value { try await base.manifest(name, read) }

  package func config<Value: Sendable>(
    _ descriptor: Descriptor,
    of name: ManifestName,
    _ read: @escaping @Sendable ([UInt8]) throws -> Value
  ) async throws -> Value { try await base.config(descriptor, of: name, read) }

  package func look(for blob: Descriptor) async throws { try await base.look(for: blob) }

  package func blob(_ descriptor: Descriptor) async throws -> BlobBytes { try await base.blob(descriptor) }
}
