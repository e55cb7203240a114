import JSON
import Testing

@testable import OCI

@Suite struct IndexTests {
  /// These bytes are what registries keep and what users pin: a change of this text is a change of every digest.
  static let golden = """
    {
       "schemaVersion": 2,
       "mediaType": "application/vnd.docker.distribution.manifest.list.v2+json",
       "manifests": [
          {
             "mediaType": "application/vnd.docker.distribution.manifest.v2+json",
             "size": 528,
             "digest": "\(DigestTests.abc)",
             "platform": {
                "architecture": "arm64",
                "os": "linux"
             }
          },
          {
             "mediaType": "application/vnd.docker.distribution.manifest.v2+json",
             "size": 1729,
             "digest": "\(DigestTests.abc)",
             "platform": {
                "architecture": "amd64",
                "os": "windows",
                "os.version": "10.0.20348.2113"
             }
          }
       ]
    }
    """

  static func index() throws -> Index {
    let digest = try Digest(parsing: DigestTests.abc)
    let platforms = [
      (528, Platform(os: "linux", architecture: "arm64")),
      (1729, Platform(os: "windows", architecture: "amd64", osVersion: "10.0.20348.2113")),
    ]
    return Index(
      mediaType: .dockerList,
      manifests: platforms.map { size, platform in
        Descriptor(mediaType: .dockerManifest, size: Int64(size), digest: digest, platform: platform)
      }
    )
  }

  @Test func givesTheSameBytesForEver() throws {
    let bytes = try Self.index().encoded()
    #expect(String(decoding: bytes, as: UTF8.self) == Self.golden)
    let digest = "sha256:b849ca3b94bcbf2908f94d6988f169c0eb88201d72b6f68f73a5ab8fc903a3cc"
    #expect(try Digest(of: bytes).description == digest)
  }

  /// The platform of an entry with the annotations of an attestation, and whether it is one.
  static let attestations: [(platform: String?, isAttestation: Bool)] = [
    (nil, true), (#"{"os":"unknown","architecture":"unknown"}"#, true), ("null", true), ("{}", true),
    (#"{"os":"","architecture":""}"#, true), (#"{"os":"linux","architecture":""}"#, true),
    (#"{"os":"unknown"}"#, true),
    // Engines take it for the platform.
    (#"{"os":"linux","architecture":"amd64"}"#, false), (#"{"architecture":"amd64"}"#, false),
  ]

  @Test(arguments: attestations) func anEntryForAPlatformIsNoAttestation(platform: String?, isAttestation: Bool) throws
  {
    let marks =
      #"{"vnd.docker.reference.type":"attestation-manifest","vnd.docker.reference.digest":"\#(DigestTests.abc)"}"#
    let member = platform.map { #","platform":\#($0)"# } ?? ""
    let text =
      #"{"mediaType":"m","size":1,"digest":"\#(DigestTests.abc)","annotations":\#(marks)\#(member)}"#
    let entry = try Descriptor(JSONNode(JSONValue(decoding: Array(text.utf8))))
    #expect((entry.attestedImage != nil) == isAttestation)
    #expect(entry.isAttestation == isAttestation)
  }

  @Test func readsWhatItWrites() throws {
    #expect(try Index(decoding: Array(Self.golden.utf8), mediaType: .dockerList) == Self.index())
  }

  static let refused: [(text: String, error: ManifestError)] = [
    (#"{}"#, .json(.missing(path: "manifests"))),
    (#"{"manifests":{}}"#, .json(.type(path: "manifests", expected: "an array", found: "an object"))),
    (#"{"manifests":[{"size":1}]}"#, .json(.missing(path: "manifests[0].mediaType"))),
    (
      #"{"manifests":[{"mediaType":"m","size":-1}]}"#,
      .json(.value(path: "manifests[0].size", problem: "is not a valid size"))
    ),
    (
      #"{"manifests":[{"mediaType":"m","size":1,"digest":"x"}]}"#,
      .digest(path: "manifests[0].digest", .noAlgorithm("x"))
    ),
    (#"[]"#, .json(.type(path: "", expected: "an object", found: "an array"))),
  ]

  @Test(arguments: refused)
  func saysWhichPartIsWrong(text: String, error: ManifestError) {
    #expect(throws: error) { try Index(decoding: Array(text.utf8), mediaType: .ociIndex) }
  }
}
