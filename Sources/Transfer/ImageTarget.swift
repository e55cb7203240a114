import OCI

/// Where images are written: a repository, or an image layout. Writing what is there already changes nothing.
package protocol ImageTarget: Sendable {
  /// False also where it is not known.
  func has(blob descriptor: Descriptor) async -> Bool

  /// False also where it is not known.
  func has(manifest digest: Digest) async -> Bool

  /// True if blobs of the source can be taken over without their bytes being moved.
  func canMount(from source: any ImageSource) -> Bool

  /// Writes a blob.
  ///
  /// - Parameters:
  ///   - source: Has the blob. Its bytes are read only if they have to be moved.
  ///   - mounting: False to move the bytes even if the blob could be taken over: the target has said that it did so, and does
  ///     not have the blob.
  ///   - onBytes: Called with the number of bytes of each piece that is read. Where a transfer is repeated, bytes count again.
  func put(
    _ blob: Descriptor,
    from source: any ImageSource,
    mounting: Bool,
    onBytes: @escaping @Sendable (Int) -> Void
  ) async throws -> BlobOutcome

  /// Writes a manifest under its digest alone. Everything that it points at must be there.
  func put(_ manifest: RawManifest) async throws

  /// True for an error of `put` that means: a blob is missing, whatever was said about it before.
  func lacksContent(_ error: any Error) -> Bool
}

/// What became of a blob.
package enum BlobOutcome: Hashable, Sendable {
  /// The target had it.
  case present
  /// The target took it over from the source.
  case mounted
  /// Its bytes were moved.
  case copied
}
