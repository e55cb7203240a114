import Testing

@testable import OCI

@Suite struct ManifestTests {
  private static let config =
    #"{"mediaType":"application/vnd.oci.image.config.v1+json","size":7,"digest":"\#(DigestTests.abc)"}"#

  @Test func readsTheConfigOfAnImage() throws {
    let manifest = try Manifest(decoding: Array(#"{"layers":[],"config":\#(Self.config)}"#.utf8))
    #expect(manifest.config.digest.description == DigestTests.abc)
    #expect(manifest.config.mediaType.isImageConfig)
  }

  /// Who reads the first of two configs would see another image than who reads the last.
  @Test func twoConfigsAreRefused() {
    let text = #"{"config":\#(Self.config),"config":\#(Self.config)}"#
    #expect(throws: ManifestError.self) { try Manifest(decoding: Array(text.utf8)) }
  }

  static let types: [(text: String, type: MediaType?)] = [
    (#"{"mediaType":"application/vnd.oci.image.index.v1+json"}"#, .ociIndex),
    (#"{"mediaType":"application/x"}"#, MediaType(rawValue: "application/x")),
    (#"{"schemaVersion":2}"#, nil),
  ]

  @Test(arguments: types)
  func readsTheTypeThatItNames(text: String, type: MediaType?) throws {
    #expect(try MediaType.named(inManifest: Array(text.utf8)) == type)
  }

  static let kinds: [(type: MediaType, isIndex: Bool)] = [
    (.ociIndex, true), (.dockerList, true), (.ociManifest, false), (.dockerManifest, false),
    (.ociConfig, false), (MediaType(rawValue: "application/json"), false),
  ]

  @Test(arguments: kinds)
  func knowsItsKind(type: MediaType, isIndex: Bool) {
    #expect(type.isIndex == isIndex)
  }

  @Test(arguments: ["json", "prettyjws"])
  func knowsDockersFirstForm(ending: String) {
    #expect(MediaType(rawValue: "application/vnd.docker.distribution.manifest.v1+\(ending)").isSchema1)
    #expect(!MediaType.dockerManifest.isSchema1)
  }
}
