import Hashing
import OCI

extension ImageLayout {
  /// What is read from a manifest, which is verified.
  ///
  /// - Parameters:
  ///   - name: A tag of `index.json`, or the digest of any manifest in the layout.
  ///   - read: What it returns should not contain the bytes.
  /// - Throws: `LayoutError`, and what `read` throws.
  package func manifest<Value: Sendable>(
    _ name: ManifestName,
    _ read: @escaping @Sendable (RawManifest) throws -> Value
  ) throws -> Value {
    let descriptor = try descriptor(name.tag?.text, digest: name.digest)
    let bytes = try document(descriptor)
    let file = self.name(ofFile: Self.blobFile(descriptor.digest))
    let type = try Self.mediaType(of: bytes, file)
    guard type == descriptor.mediaType else {
      throw LayoutError.invalid(file: file, reason: "its mediaType is \(type), and not \(descriptor.mediaType)")
    }
    return try read(RawManifest(bytes: bytes, mediaType: type, digest: descriptor.digest))
  }

  /// What is read from an image's config, which is verified.
  ///
  /// - Parameters:
  ///   - descriptor: Of the config, from the manifest.
  ///   - name: Of the image.
  ///   - read: What it returns should not contain the bytes.
  /// - Throws: `LayoutError`, and what `read` throws.
  package func config<Value: Sendable>(
    _ descriptor: Descriptor,
    of name: ManifestName,
    _ read: @escaping @Sendable ([UInt8]) throws -> Value
  ) throws -> Value {
    try read(document(descriptor))
  }

  /// The bytes of a blob, piece by piece. The last piece comes only after all have been verified.
  ///
  /// - Throws: `LayoutError` if there is no blob of this size; the sequence throws it for other bytes.
  package func blob(_ descriptor: Descriptor) throws -> any AsyncSequence<[UInt8], any Error> {
    BlobPieces(file: try file(of: descriptor), digest: descriptor.digest)
  }

  /// True if there is such a file of the right size. The bytes are not verified: a blob may be large.
  package func has(blob descriptor: Descriptor) -> Bool { (try? file(of: descriptor)) != nil }

  /// The same, with the reason.
  ///
  /// - Throws: `LayoutError` if there is no such file of the right size.
  package func look(for blob: Descriptor) throws(LayoutError) { _ = try file(of: blob) }

  /// True if the manifest is there. It is verified.
  package func has(manifest digest: Digest) -> Bool {
    guard let file = try? openBlob(digest) else { return false }
    return (try? document(file, digest)) != nil
  }

  private func document(_ descriptor: Descriptor) throws -> [UInt8] {
    try document(file(of: descriptor), descriptor.digest)
  }

  private func file(of descriptor: Descriptor) throws(LayoutError) -> LayoutFile {
    let file = try openBlob(descriptor.digest)
    guard file.size == descriptor.size else {
      throw .wrongSize(file: file.name, expected: descriptor.size, found: file.size)
    }
    return file
  }
}
