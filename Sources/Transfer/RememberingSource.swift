import OCI
import Synchronization

/// Remembers the manifests that were read from a source, so that none is requested twice: an image is read once to see what
/// it is, and once to copy it.
package final class RememberingSource: ImageSource {
  private let base: any ImageSource
  private let memory = Mutex(Memory())

  private struct Memory {
    var manifests: [Digest: RawManifest] = [:]
    /// In bytes.
    var size = 0
  }

  /// In bytes, of all manifests together. Most have a few KiB.
  private static let limit = 8 << 20

  package init(_ base: any ImageSource) { self.base = base }

  package var mountable: Repository? { base.mountable }

  package func manifest<Value: Sendable>(
    _ name: ManifestName,
    _ read: @escaping @Sendable (RawManifest) throws -> Value
  ) async throws -> Value {
    // A tag may refer to another manifest by now.
    if let digest = name.digest, let known = memory.withLock({ $0.manifests[digest] }) { return try read(known) }
    return try await base.manifest(name) { [self] manifest in
      remember(manifest)
      return try read(manifest)
    }
  }

  private func remember(_ manifest: RawManifest) {
    memory.withLock { memory in
      guard manifest.bytes.count <= ImageGraph.Node.keptSize, memory.size + manifest.bytes.count <= Self.limit,
        memory.manifests.updateValue(manifest, forKey: manifest.digest) == nil
      else { return }
      memory.size += manifest.bytes.count
    }
  }

  package func config<Value: Sendable>(
    _ descriptor: Descriptor,
    of name: ManifestName,
    _ read: @escaping @Sendable ([UInt8]) throws -> Value
  ) async throws -> Value { try await base.config(descriptor, of: name, read) }

  package func look(for blob: Descriptor) async throws { try await base.look(for: blob) }

  package func blob(_ descriptor: Descriptor) async throws -> BlobBytes { try await base.blob(descriptor) }
}
