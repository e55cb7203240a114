import OCI

/// A layout that images are written to, in any form.
package protocol LayoutWriter: Sendable {
  func has(blob descriptor: Descriptor) -> Bool
  func has(manifest digest: Digest) -> Bool

  /// Writes a blob, which is verified.
  ///
  /// - Parameter content: Opened once; begins at the first byte.
  /// - Throws: `LayoutError`, and what the content throws.
  func put(_ blob: Descriptor, content: @Sendable () async throws -> any AsyncSequence<[UInt8], any Error>) async throws

  /// Writes a manifest under its digest.
  ///
  /// - Throws: `LayoutError`.
  func put(_ manifest: RawManifest) throws

  /// Gives an image a name: a tag, or a whole reference. Everything that it needs must be there.
  ///
  /// - Throws: `LayoutError`.
  func setName(_ name: String, to image: Descriptor) async throws
}
