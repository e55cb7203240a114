import OCI

/// The pieces of a blob, in order.
package typealias BlobBytes = any AsyncSequence<[UInt8], any Error>

/// Where images are read: a repository, or an image layout.
package protocol ImageSource: Sendable {
  /// The repository that the images are in. Its registry can take over its blobs without their bytes being moved.
  var mountable: Repository? { get }

  /// What is read from the manifest behind a name, which is verified.
  ///
  /// - Parameter read: What it returns should not contain the bytes: many manifests are read at the same time.
  func manifest<Value: Sendable>(
    _ name: ManifestName,
    _ read: @escaping @Sendable (RawManifest) throws -> Value
  ) async throws -> Value

  /// What is read from an image's config, which is verified.
  ///
  /// - Parameter name: Of the image.
  func config<Value: Sendable>(
    _ descriptor: Descriptor,
    of name: ManifestName,
    _ read: @escaping @Sendable ([UInt8]) throws -> Value
  ) async throws -> Value

  /// Looks whether there is a blob, without reading it.
  ///
  /// - Throws: If there is none, or it is not known.
  func look(for blob: Descriptor) async throws

  /// The bytes of a blob. They are verified when the last piece has been read: the end of the sequence means that digest
  /// and size are right.
  func blob(_ descriptor: Descriptor) async throws -> BlobBytes
}

extension AsyncSequence where Element == [UInt8], Failure == any Error {
  /// - Parameter onBytes: Called with the number of bytes of each piece.
  func counted(by onBytes: @escaping @Sendable (Int) -> Void) -> BlobBytes {
    map { piece in
      onBytes(piece.count)
      return piece
    }
  }
}
