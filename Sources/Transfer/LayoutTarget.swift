import OCI
import OCILayout

/// An image layout that images are written to.
package struct LayoutTarget: ImageTarget {
  private let layout: any LayoutWriter

  package init(_ layout: any LayoutWriter) { self.layout = layout }

  package func has(blob descriptor: Descriptor) async -> Bool { layout.has(blob: descriptor) }

  /// A layout may lack blobs of its images, for example after a copy that was interrupted. Looking for each blob is cheap.
  package func has(manifest digest: Digest) async -> Bool { false }

  package func canMount(from source: any ImageSource) -> Bool { false }

  package func put(
    _ blob: Descriptor,
    from source: any ImageSource,
    mounting: Bool,
    onBytes: @escaping @Sendable (Int) -> Void
  ) async throws -> BlobOutcome {
    try await layout.put(blob) { try await source.blob(blob).counted(by: onBytes) }
    return .copied
  }

  package func put(_ manifest: RawManifest) async throws {
    if !layout.has(manifest: manifest.digest) { try layout.put(manifest) }
  }

  package func lacksContent(_ error: any Error) -> Bool { false }

  /// Writes a manifest and gives it a name: a tag, or a whole reference. Everything that it points at must be there.
  ///
  /// - Returns: False if the name has another content than it should. It is then unchanged.
  /// - Throws: `LayoutError`; the name is then unchanged.
  package func put(_ manifest: RawManifest, as name: String, replacing old: ReplacedContent) async throws -> Bool {
    try await put(manifest)
    return try await layout.setName(name, to: manifest.descriptor(), replacing: old)
  }
}
