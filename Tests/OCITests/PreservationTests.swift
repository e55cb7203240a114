import JSON
import Testing

@testable import OCI

/// What was read is written again without a loss: unknown members, their order, and values of every kind.
@Suite struct PreservationTests {
  @Test(arguments: 0..<400)
  func aGeneratedIndexSurvives(seed: UInt64) throws {
    var generator = IndexGenerator(seed: seed)
    let original = generator.index()
    let index = try Index(decoding: original.encoded(), mediaType: .ociIndex)
    #expect(try JSONValue(decoding: index.encoded()) == original)
    // Only the members that are set, each in its own value, are changed by setting them.
    var changed = index
    changed.annotations["org.example.new"] = "x"
    let again = try Index(decoding: changed.encoded(), mediaType: .ociIndex)
    #expect(again.annotations["org.example.new"] == "x")
    #expect(again.manifests == index.manifests)
    #expect(
      names(try JSONValue(decoding: again.encoded())).filter { $0 != "annotations" }
        == names(original).filter { $0 != "annotations" }
    )
  }

  @Test(arguments: PublishedIndexes.all)
  func aPublishedIndexSurvives(_ published: PublishedIndexes.Published) throws {
    let bytes = Array(published.text.utf8)
    let index = try Index(decoding: bytes, mediaType: published.type)
    #expect(try JSONValue(decoding: index.encoded()) == JSONValue(decoding: bytes))
  }

  @Test func typedMembersOfAnAttestationAreRead() throws {
    let index = try Index(decoding: Array(PublishedIndexes.buildx.text.utf8), mediaType: .ociIndex)
    let attestation = try #require(index.manifests.last)
    #expect(attestation.annotations["vnd.docker.reference.type"] == "attestation-manifest")
    #expect(attestation.platform?.description == "unknown/unknown")
    #expect(attestation.runnablePlatform == nil)
  }

  @Test func typedMembersOfAnArtifactIndexAreRead() throws {
    let index = try Index(decoding: Array(PublishedIndexes.artifact.text.utf8), mediaType: .ociIndex)
    #expect(index.artifactType?.rawValue == "application/vnd.example.sbom.v1")
    #expect(index.subject?.digest.description == DigestTests.abc)
    #expect(index.annotations["com.example.key"] == "value")
    #expect(index.manifests.first?.artifactType?.rawValue == "application/vnd.example.sbom.v1")
  }

  @Test func aChangedPropertyIsWrittenInItsPlace() throws {
    let text = #"{"x":1,"os":"linux","variant":"v8","architecture":"arm64","y":null}"#
    var platform = try #require(try Platform(node(text)))
    platform.variant = nil
    platform.os = "freebsd"
    platform.osVersion = "14"
    let written = String(decoding: platform.json.encoded(), as: UTF8.self)
    #expect(written == #"{"x":1,"os":"freebsd","architecture":"arm64","y":null,"os.version":"14"}"#)
  }

  /// Swift compares characters: an accent can be a part of its letter, or a scalar of its own.
  @Test func anotherCompositionOfCharactersIsAnotherText() throws {
    #expect(JSONValue.string("\u{E9}") != .string("e\u{301}"))
    #expect(JSONValue.object(["\u{E9}": 1]) != .object(["e\u{301}": 1]))
    #expect(JSONValue.array(["e\u{301}", .object(["a": nil])]) == .array(["e\u{301}", .object([])]))
    // The annotations are not sorted, so they were read in another form than they are written.
    let text = #"{"manifests":[],"annotations":{"b":"1","a":"\u00e9"}}"#
    var index = try Index(decoding: Array(text.utf8), mediaType: .ociIndex)
    index.annotations["a"] = "e\u{301}"
    #expect(String(decoding: index.encoded(), as: UTF8.self).unicodeScalars.contains("\u{301}"))
  }

  /// Their properties read as nil, and are not set.
  @Test func emptyAndNullMembersStayAsTheyAre() throws {
    let text = #"{"architecture":"arm64","variant":"","os":"linux","os.version":null,"os.features":[]}"#
    let platform = try #require(try Platform(node(text)))
    #expect(platform.variant == nil)
    #expect(String(decoding: platform.json.encoded(), as: UTF8.self) == text)
  }

  /// Programs that pull do without them.
  @Test func whatRegistriesRequireIsWritten() throws {
    let text = #"{"manifests":[],"x":1}"#
    let written: [(MediaType, String)] = [
      (.ociIndex, #"{"manifests":[],"x":1,"schemaVersion":2}"#),
      (.dockerList, #"{"manifests":[],"x":1,"schemaVersion":2,"mediaType":"\#(MediaType.dockerList)"}"#),
    ]
    for (type, expected) in written {
      let index = try Index(decoding: Array(text.utf8), mediaType: type)
      #expect(index.lacksSchemaVersion)
      let again = index.encoded()
      #expect(try JSONValue(decoding: again) == JSONValue(decoding: Array(expected.utf8)))
      #expect(try !Index(decoding: again, mediaType: type).lacksSchemaVersion)
    }
  }

  /// They are of no use here, and no reason to refuse an image that engines run.
  @Test func membersOfAnotherFormThanSpecifiedStayAsTheyAre() throws {
    let text =
      #"{"schemaVersion":2,"manifests":[{"mediaType":"m","size":1,"digest":"\#(DigestTests.abc)","annotations":{"b":null,"a":"c"},"#
      + #""artifactType":null,"platform":{}}],"subject":null,"annotations":{"d":null}}"#
    var index = try Index(decoding: Array(text.utf8), mediaType: .ociIndex)
    #expect(index.annotations == ["d": ""] && index.manifests[0].annotations == ["b": "", "a": "c"])
    #expect(index.subject == nil && index.manifests[0].platform == nil)
    #expect(try JSONValue(decoding: index.encoded()) == JSONValue(decoding: Array(text.utf8)))
    index.annotations["e"] = "f"
    #expect(try Index(decoding: index.encoded(), mediaType: .ociIndex).annotations == ["d": "", "e": "f"])
  }

  @Test(
    "What Go refuses is refused",
    arguments: [#""annotations":["a"]"#, #""annotations":{"b":"x","a":1}"#, #""artifactType":7"#, #""subject":"x""#]
  )
  func refused(member: String) {
    let entry = #"{"mediaType":"m","size":1,"digest":"\#(DigestTests.abc)",\#(member)}"#
    var texts = [#"{"manifests":[],\#(member)}"#]
    if !member.contains("subject") { texts.append(#"{"manifests":[\#(entry)]}"#) }
    for text in texts {
      #expect(throws: ManifestError.self) { try Index(decoding: Array(text.utf8), mediaType: .ociIndex) }
    }
  }

  @Test func equalityIgnoresTheOrderOfMembersOnly() throws {
    let one = try Platform(node(#"{"os":"linux","architecture":"arm64","a":1,"b":2}"#))
    let turned = try Platform(node(#"{"b":2,"architecture":"arm64","a":1,"os":"linux"}"#))
    let other = try Platform(node(#"{"os":"linux","architecture":"arm64","a":1,"b":3}"#))
    #expect(one == turned)
    #expect(one?.hashValue == turned?.hashValue)
    #expect(one != other)
    #expect(one?.normalized == other?.normalized, "the normalized form is for comparison, and has no unknown members")
    #expect(one?.normalized == Platform(os: "linux", architecture: "arm64"))
  }

  /// A number must not be changed silently.
  @Test func aNumberThatDoesNotFitIsRefused() {
    let text = #"{"manifests":[],"x":123456789012345678901234567890}"#
    #expect(throws: ManifestError.self) { try Index(decoding: Array(text.utf8), mediaType: .ociIndex) }
  }

  @Test func annotationsOfANewListAreSortedByKey() throws {
    var index = Index(mediaType: .ociIndex, manifests: [])
    index.annotations = ["b": "2", "a": "1", "c": "3"]
    let text = String(decoding: try JSONValue(decoding: index.encoded()).encoded(), as: UTF8.self)
    #expect(text.hasSuffix(#""manifests":[],"annotations":{"a":"1","b":"2","c":"3"}}"#))
  }

  private func node(_ text: String) throws -> JSONNode { JSONNode(try JSONValue(decoding: Array(text.utf8))) }

  private func names(_ value: JSONValue) -> [String] {
    if case .object(let members) = value { members.map(\.name) } else { [] }
  }
}
