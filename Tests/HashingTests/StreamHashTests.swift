import Hashing
import Testing

@Suite struct StreamHashTests {
  // FIPS 180-2, appendices B and C. The digest of empty input is well known.
  static let known: [(algorithm: StreamHash.Algorithm, text: String, hex: String)] = [
    (.sha256, "", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
    (.sha256, "abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
    (
      .sha256, "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
      "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"
    ),
    (
      .sha512, "abc",
      "ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a"
        + "2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f"
    ),
  ]

  @Test(arguments: known)
  func computesKnownDigests(algorithm: StreamHash.Algorithm, text: String, hex: String) throws {
    #expect(try hash(algorithm, [text]) == hex)
    #expect(try hash(algorithm, text.map(String.init)) == hex, "in pieces of one character")
  }

  private func hash(_ algorithm: StreamHash.Algorithm, _ pieces: [String]) throws -> String {
    var hash = try StreamHash(algorithm)
    for piece in pieces { Array(piece.utf8).withUnsafeBytes { hash.update($0) } }
    return hash.finish().map { byte in (byte < 16 ? "0" : "") + String(byte, radix: 16) }.joined()
  }
}
