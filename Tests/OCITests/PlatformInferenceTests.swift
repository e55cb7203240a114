import OCI
import Testing

@Suite struct PlatformInferenceTests {
  struct Case: CustomTestStringConvertible {
    let reference: String
    /// Nil where the name says nothing, or two things.
    let platform: String?
    var testDescription: String { reference }
  }

  /// `tags.tsv`: a reference, a tab, and its platform or `-`.
  static let cases = String(decoding: PackageResources.tags_tsv, as: UTF8.self).split(separator: "\n").map { line in
    let columns = line.split(separator: "\t").map(String.init)
    return Case(reference: columns[0], platform: columns[1] == "-" ? nil : columns[1])
  }

  @Test(arguments: cases)
  func readsTheName(_ expected: Case) throws {
    let inferred = InferredPlatform(reading: try Reference(parsing: expected.reference))
    #expect(inferred?.platform.description == expected.platform)
  }

  @Test func everyCaseIsRead() {
    #expect(Self.cases.count == 53)
  }

  @Test(arguments: ["linux-windows-amd64", "linux", "windows-ltsc2022", "darwin-amd64-arm64"])
  func halfAnAnswerOrTwoAreNone(tag: String) throws {
    #expect(InferredPlatform(reading: try Reference(parsing: "amd64/app:\(tag)")) == nil)
  }

  static let digests: [(text: String, platform: String?)] = [
    ("r.example/app-arm64@\(DigestTests.abc)", "linux/arm64"),
    ("r.example/app:v1-s390x@\(DigestTests.abc)", "linux/s390x"),
    ("r.example/app@\(DigestTests.abc)", nil),
  ]

  @Test(arguments: digests)
  func aDigestSaysNothing(text: String, platform: String?) throws {
    #expect(InferredPlatform(reading: try Reference(parsing: text))?.platform.description == platform)
  }

  static let inLists: [(tag: String, lists: [String], platform: String?)] = [
    ("386-amd64", ["386"], "linux/amd64"),
    ("386-amd64", [], nil),
    ("386_arm64", ["386"], "linux/arm64"),
    ("386.arm64", ["386"], "linux/arm64"),
    ("fix-arm-crash-amd64", ["fix-arm-crash"], "linux/amd64"),
    ("windows-path-amd64", ["windows-path"], "linux/amd64"),
    ("386-amd64", ["latest", "3", "386"], "linux/amd64"),
    // The longest one counts.
    ("arm-386-amd64", ["arm", "arm-386"], "linux/amd64"),
    // If the rest names no architecture, the whole is read.
    ("386-alpine", ["386"], "linux/386"),
    ("arm64-windows", ["arm64"], "windows/arm64"),
    ("386", ["386"], "linux/386"),
    ("3866-amd64", ["386"], "linux/amd64"),
    ("386-amd64-arm64", ["386"], nil),
  ]

  /// The tag of the list is no platform of its images.
  @Test(arguments: inLists)
  func theListsTagStatesNothing(tag: String, lists: [String], platform: String?) throws {
    let lists = try lists.map { try Tag(parsing: $0) }
    let reference = try Reference(parsing: "r.example/app:\(tag)")
    #expect(InferredPlatform(reading: reference, in: lists)?.platform.description == platform)
    #expect(try InferredPlatform(reading: Tag(parsing: tag), in: lists)?.platform.description == platform)
  }

  static let systems: [(tag: String, isNamed: Bool)] = [
    ("amd64", false), ("linux-amd64", true), ("amd64-ltsc2019", true), ("amd64-ltsc", false),
  ]

  @Test(arguments: systems)
  func knowsWhetherTheSystemIsNamed(tag: String, isNamed: Bool) throws {
    let inferred = try #require(InferredPlatform(reading: Reference(parsing: "app:\(tag)")))
    #expect(inferred.namesOS == isNamed)
  }
}
