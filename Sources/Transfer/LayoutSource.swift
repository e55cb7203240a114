import OCI
import OCILayout

/// An image layout, with a type of its own: a protocol cannot conform to another one.
package struct LayoutSource: ImageSource {
  let layout: any ImageLayout
  private let reader: LayoutReader

  package var mountable: Repository? { nil }

  package init(_ layout: any ImageLayout, _ reader: LayoutReader = LayoutReader()) {
    self.layout = layout
    self.reader = reader
  }

  /// How `manifest` finds the image of a reference, which may have no name, or a whole reference as its name.
  ///
  /// - Throws: `LayoutError` if there is no such image.
  package func name(of reference: LayoutReference) throws -> ManifestName {
    .digest(try layout.descriptor(reference.name, digest: reference.digest).digest, tag: nil)
  }

  package func manifest<Value: Sendable>(
    _ name: ManifestName,
    _ read: @escaping @Sendable (RawManifest) throws -> Value
  ) async throws -> Value { try await reader.read { try layout.manifest(name, read) } }

  package func config<Value: Sendable>(
    _ descriptor: Descriptor,
    of name: ManifestName,
    _ read: @escaping @Sendable ([UInt8]) throws -> Value
  ) async throws -> Value { try await reader.read { try layout.config(descriptor, of: name, read) } }

  package func look(for blob: Descriptor) async throws { try layout.look(for: blob) }

  package func blob(_ descriptor: Descriptor) async throws -> BlobBytes { try layout.blob(descriptor) }
}

/// Reads the documents of all layouts of a run one after the other: a manifest of 4 MiB takes a lot of memory while it is
/// parsed.
package actor LayoutReader {
  package init() {}

  func read<Value: Sendable>(_ body: @Sendable () throws -> Value) throws -> Value { try body() }
}
