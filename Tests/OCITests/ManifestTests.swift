import JSON
import Testing

@testable import OCI

@Suite struct ManifestTests {
  private static let config =
    #"{"mediaType":"application/vnd.oci.image.config.v1+json","size":7,"digest":"\#(DigestTests.abc)"}"#

  @Test func readsTheConfigOfAnImage() throws {
    let manifest = try ImageManifest(decoding: Array(#"{"layers":[],"config":\#(Self.config)}"#.utf8))
    #expect(manifest.config.digest.description == DigestTests.abc)
    #expect(manifest.config.mediaType.isImageConfig)
  }

  static let sameNames: [(text: String, error: JSONError)] = [
    (#"{"config":\#(config),"config":\#(config)}"#, .sameName(path: "", "config", "config")),
    (#"{"config":\#(config),"Config":\#(config)}"#, .sameName(path: "", "config", "Config")),
    (#"{"Config":\#(config)}"#, .otherCase(path: "Config", name: "config")),
    (#"{"config":{"size":7,"mediaType":"a/b","Digest":"x"}}"#, .otherCase(path: "config.Digest", name: "digest")),
  ]

  @Test("Who reads another one of two configs would see another image", arguments: sameNames)
  func sameNamesAreRefused(text: String, error: JSONError) {
    #expect(throws: ManifestError.json(error)) { try ImageManifest(decoding: Array(text.utf8)) }
  }

  @Test("Annotations can differ in case only")
  func annotationsAreNoFields() throws {
    let text = #"{"layers":[],"config":\#(Self.config),"annotations":{"a":"1","A":"2"}}"#
    #expect(throws: Never.self) { try ImageManifest(decoding: Array(text.utf8)) }
  }

  static let unreadable: [(members: String, why: String)] = [
    (#""schemaVersion":"2","layers":[]"#, "schemaVersion must be 2, but is a string"),
    (#""schemaVersion":2.0,"layers":[]"#, "schemaVersion must be 2, but is a number"),
    (#""schemaVersion":7,"layers":[]"#, "schemaVersion must be 2, but is 7"),
    (#""schemaVersion":2"#, "layers is missing"),
    (#""schemaVersion":2,"layers":"x""#, "layers must be an array, but is a string"),
    (#""schemaVersion":2,"layers":["x"]"#, "layers[0] must be an object, but is a string"),
    (#""schemaVersion":2,"layers":[{"size":7}]"#, "layers[0].mediaType is missing"),
  ]

  @Test(arguments: unreadable)
  func refusesWhatEnginesCannotRead(members: String, why: String) {
    let error = #expect(throws: ManifestError.self) {
      try ImageManifest(decoding: Array(#"{"config":\#(Self.config),\#(members)}"#.utf8))
    }
    #expect(error?.description == why)
  }

  static let ambiguous: [(text: String, signs: [String])] = [
    (#"{"config":\#(config),"manifests":[]}"#, ["manifests", "config"]),
    (#"{"manifests":[],"layers":[]}"#, ["manifests", "layers"]),
    (#"{"config":\#(config),"fsLayers":[]}"#, ["config", "fsLayers"]),
    (#"{"manifests":[],"signatures":[]}"#, ["manifests", "signatures"]),
    (#"{"layers":[],"history":[]}"#, ["layers", "history"]),
    (#"{"schemaVersion":1,"config":\#(config)}"#, ["config", "schemaVersion 1"]),
  ]

  @Test("A manifest of two kinds is refused (CVE-2021-41190)", arguments: ambiguous)
  func twoKinds(text: String, signs: [String]) {
    let error = ManifestError.ambiguous(signs[0], signs[1])
    #expect(throws: error) { try MediaType.named(inManifest: Array(text.utf8)) }
    #expect(throws: error) { try Index(decoding: Array(text.utf8), mediaType: .ociIndex) }
    #expect(error.description == "it has both \(signs[0]) and \(signs[1]), and could be two different manifests")
  }

  @Test("Programs would differ in which size they read", arguments: [0, 1])
  func twoSizesOfOneBlob(first: Int) throws {
    let digest = "sha256:" + String(repeating: "0", count: 64)
    let layers = [7, 8].map { #"{"mediaType":"m","size":\#($0),"digest":"\#(digest)"}"# }
    let list = [layers[first], layers[1 - first]].joined(separator: ",")
    let text = #"{"schemaVersion":2,"config":\#(Self.config),"layers":[\#(list)]}"#
    let error = #expect(throws: ManifestError.self) { try ImageManifest(decoding: Array(text.utf8)) }
    #expect(error?.description == "it gives two sizes for the blob \(digest): \([7, 8][first]) and \([8, 7][first])")
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

  @Test(arguments: [String(repeating: "x", count: 256), "a/\n", "a/\u{202E}"])
  func refusesTypesThatAreLongOrCannotBePrinted(type: String) {
    let bytes = JSONValue.object(["mediaType": .string(type)]).encoded()
    #expect(throws: ManifestError.self) { try MediaType.named(inManifest: bytes) }
  }

  static let written: [(text: String, isType: Bool)] = [
    ("application/vnd.x.y+json", true), ("a/b", true), ("a/\(String(repeating: "x", count: 127))", true),
    ("a/\(String(repeating: "x", count: 128))", false), ("a", false), ("a/", false), ("/b", false), ("a/b/c", false),
    ("a/b c", false), ("a/.b", false), ("a/b;c=d", false), ("a/\u{E9}", false), ("", false),
  ]

  @Test(arguments: written)
  func readsATypeAsUsersWriteIt(text: String, isType: Bool) {
    #expect(MediaType(parsing: text)?.rawValue == (isType ? text : nil))
  }

  static let labels: [(config: String, labels: [String: String])] = [
    (#"{"Labels":{"org.opencontainers.image.title":"a","org.opencontainers.other":"b","x":"c"}}"#, ["title": "a"]),
    (#"{"Labels":{"org.opencontainers.image.title":"","org.opencontainers.image.url":null}}"#, ["title": ""]),
    (#"{"Labels":null}"#, [:]), ("null", [:]),
  ]

  @Test(arguments: labels)
  func aConfigHasLabelsWithPredefinedKeys(config: String, labels: [String: String]) throws {
    let found = try ImageConfig(decoding: Array(#"{"architecture":"arm64","config":\#(config)}"#.utf8)).predefinedLabels
    #expect(
      Dictionary(uniqueKeysWithValues: found.map { ($0.key.split(separator: ".").last.map(String.init), $0.value) })
        == labels
    )
  }

  @Test(arguments: ["json", "prettyjws"])
  func knowsDockersFirstForm(ending: String) {
    #expect(MediaType(rawValue: "application/vnd.docker.distribution.manifest.v1+\(ending)").isSchema1)
    #expect(!MediaType.dockerManifest.isSchema1)
  }
}
