import Hashing
import OCI

/// The bytes of a blob, piece by piece, so that it is never in memory as a whole. The last piece comes only if all of
/// them have the digest: who has got it has got the right bytes.
struct BlobPieces: AsyncSequence {
  private static let pieceSize: Int64 = 256 << 10

  let file: LayoutFile
  let digest: Digest

  func makeAsyncIterator() -> Iterator { Iterator(file: file, digest: digest) }

  struct Iterator: AsyncIteratorProtocol {
    private let file: LayoutFile
    private let digest: Digest
    private var hash: RunningHash?
    private var position: Int64 = 0
    private var isVerified = false

    init(file: LayoutFile, digest: Digest) {
      self.file = file
      self.digest = digest
    }

    mutating func next() async throws -> [UInt8]? {
      if isVerified { return nil }
      try Task.checkCancellation()
      let piece = try file.read(Int(Swift.min(BlobPieces.pieceSize, file.size - position)), at: position)
      position += Int64(piece.count)
      let hash = try self.hash ?? RunningHash(digest.algorithm)
      self.hash = hash
      hash.update(piece)
      if position == file.size {
        let found = try hash.finish()
        guard found == digest else { throw LayoutError.wrongDigest(file: file.name, expected: digest, found: found) }
        isVerified = true
      }
      return piece.isEmpty ? nil : piece
    }
  }
}

/// A hash that an iterator, which can be copied, can hold.
private final class RunningHash {
  private let algorithm: StreamHash.Algorithm
  private var hash: StreamHash

  init(_ algorithm: StreamHash.Algorithm) throws(HashingUnavailable) {
    self.algorithm = algorithm
    hash = try StreamHash(algorithm)
  }

  func update(_ bytes: [UInt8]) { bytes.withUnsafeBytes { hash.update($0) } }

  /// The digest of all bytes. A new hash begins.
  func finish() throws(HashingUnavailable) -> Digest {
    var finished = try StreamHash(algorithm)
    swap(&finished, &hash)
    return Digest(finishing: finished)
  }
}
