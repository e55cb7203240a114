import Hashing
import Testing

@testable import OCI

@Suite struct DigestTests {
  // FIPS 180-2, appendix B.1 and C.1.
  static let abc = "sha256:ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
  static let abc512 =
    "sha512:ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a"
    + "2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f"

  @Test(arguments: [abc, abc512])
  func readsAndWritesTheSameText(text: String) throws {
    #expect(try Digest(parsing: text).description == text)
  }

  @Test func hashesBytes() throws {
    #expect(try Digest(of: Array("abc".utf8)).description == Self.abc)
    #expect(try Digest(of: Array("abc".utf8), .sha512).description == Self.abc512)
    var hash = try StreamHash(.sha512)
    for piece in ["a", "bc"] { Array(piece.utf8).withUnsafeBytes { hash.update($0) } }
    #expect(Digest(finishing: hash).description == Self.abc512)
  }

  @Test func isShortForPeople() throws {
    #expect(try Digest(parsing: Self.abc).short == "ba7816bf8f01")
  }

  // A table with its type written out: without it the compiler gives up on a literal of this size.
  static let refused: [(text: String, error: DigestError)] = [
    ("", .noAlgorithm("")),
    ("latest", .noAlgorithm("latest")),
    ("md5:d41d8cd98f00b204e9800998ecf8427e", .unknownAlgorithm("md5")),
    ("sha256:", .notHex(.sha256, "")),
    ("sha256:abc", .notHex(.sha256, "abc")),
    (abc.uppercasedHex, .notHex(.sha256, abc.uppercasedHex.hex)),
    ("\(abc)\n", .notHex(.sha256, "\(abc.hex)\n")),
    ("sha512:\(abc.hex)", .notHex(.sha512, abc.hex)),
  ]

  @Test(arguments: refused)
  func refuses(text: String, error: DigestError) {
    #expect(throws: error) { try Digest(parsing: text) }
  }
}

extension String {
  fileprivate var hex: String { String(split(separator: ":", maxSplits: 1)[1]) }
  fileprivate var uppercasedHex: String { "sha256:\(hex.uppercased())" }
}
