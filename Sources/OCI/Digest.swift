import Hashing

/// Identifies content by the hash of its bytes: the algorithm and the hash in lower-case hex, `sha256:6c3c624b58db…`.
///
/// A value of this type is always well formed: `init(parsing:)` is the only way to make one from text.
///
/// Image spec, "Digests": https://github.com/opencontainers/image-spec/blob/main/descriptor.md#digests
package struct Digest: Hashable, Sendable {
  package let algorithm: StreamHash.Algorithm
  /// Lower-case hex digits: 64 for SHA-256, 96 for SHA-384, 128 for SHA-512.
  package let hex: String

  /// - Throws: `DigestError` if the text is not `ALGORITHM:HEX`, the specification does not register the algorithm, or
  ///   the algorithm has another number of digits.
  package init(parsing text: some StringProtocol) throws(DigestError) {
    guard let colon = text.firstIndex(of: ":") else { throw .noAlgorithm(String(text)) }
    guard let algorithm = StreamHash.Algorithm(rawValue: String(text[..<colon])) else {
      throw .unknownAlgorithm(String(text[..<colon]))
    }
    let hex = text[text.index(after: colon)...]
    // Upper case is refused, not converted: two spellings of one digest would be two names for one blob.
    guard hex.utf8.count == algorithm.hexCount, hex.utf8.allSatisfy(\.isLowerHex) else {
      throw .notHex(algorithm, String(hex))
    }
    self.algorithm = algorithm
    self.hex = String(hex)
  }

  /// The digest of bytes in memory.
  package init(of bytes: [UInt8], _ algorithm: StreamHash.Algorithm = .sha256) throws(HashingUnavailable) {
    var hash = try StreamHash(algorithm)
    bytes.withUnsafeBytes { hash.update($0) }
    self.init(finishing: hash)
  }

  /// The digest of the bytes that the hash was updated with, for a blob that is never in memory as a whole.
  package init(finishing hash: consuming StreamHash) {
    algorithm = hash.algorithm
    let digits = Array("0123456789abcdef".utf8)
    hex = String(decoding: hash.finish().flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }, as: UTF8.self)
  }

  /// The first 12 hex digits, as docker shows them: enough for a person to tell two digests apart.
  package var short: Substring { hex.prefix(12) }
}

extension Digest: CustomStringConvertible {
  package var description: String { "\(algorithm.rawValue):\(hex)" }
}

/// Why some text is not a digest.
package enum DigestError: Error, Hashable {
  case noAlgorithm(String)
  case unknownAlgorithm(String)
  case notHex(StreamHash.Algorithm, String)
}

extension DigestError: CustomStringConvertible {
  package var description: String {
    switch self {
    case .noAlgorithm(let text):
      "\u{201C}\(text)\u{201D} is not a digest (sha256: and 64 hex digits)"
    case .unknownAlgorithm(let name):
      "unknown digest algorithm \u{201C}\(name)\u{201D}: use sha256, sha384 or sha512"
    case .notHex(let algorithm, let text):
      "\u{201C}\(text)\u{201D} is not \(algorithm.hexCount) lower-case hex digits, which \(algorithm.rawValue) requires"
    }
  }
}

extension StreamHash.Algorithm {
  fileprivate var hexCount: Int {
    switch self {
    case .sha256: 64
    case .sha384: 96
    case .sha512: 128
    }
  }
}

extension UInt8 {
  fileprivate var isLowerHex: Bool {
    (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(self) || (UInt8(ascii: "a")...UInt8(ascii: "f")).contains(self)
  }
}
