import Hashing
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
  /// - Returns: False if the name has another content than it should. It is then unchanged.
  /// - Throws: `LayoutError`.
  func setName(_ name: String, to image: Descriptor, replacing old: ReplacedContent) async throws -> Bool
}

/// What a name may refer to when it is set.
package enum ReplacedContent: Hashable, Sendable {
  case anything
  /// This manifest; nil if there must be nothing of this name.
  case exactly(Digest?)
}

extension Descriptor {
  /// Hands on the pieces of a blob while they are verified, and nothing beyond its size.
  ///
  /// - Parameter write: Receives each piece, and how many bytes came before it.
  /// - Returns: False if they are not the bytes of the blob.
  /// - Throws: What the content and `write` throw; `HashingUnavailable`.
  func verify(
    _ content: any AsyncSequence<[UInt8], any Error>,
    _ write: ([UInt8], Int64) throws -> Void
  ) async throws -> Bool {
    var hash = try StreamHash(digest.algorithm)
    var count: Int64 = 0
    for try await piece in content {
      guard count + Int64(piece.count) <= size else { return false }
      piece.withUnsafeBytes { hash.update($0) }
      try write(piece, count)
      count += Int64(piece.count)
    }
    let found = Digest(finishing: hash)
    return count == size && found == digest
  }
}
