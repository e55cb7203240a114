import ManifestLists
import OCI
import Testing

@testable import docker_manifestx

/// `--annotation` and what belongs to it.
@Suite struct AnnotationArgumentTests {
  static let accepted: [(text: String, targets: [String], key: String, value: String)] = [
    ("a.b=c", ["list"], "a.b", "c"),
    ("index:a=b=c:d", ["list"], "a", "b=c:d"),
    ("index-descriptor:a=", ["list moved"], "a", ""),
    ("a=x:y", ["list"], "a", "x:y"),
    ("manifest-descriptor:a= two  words ", ["images"], "a", " two  words "),
    ("manifest:a=b", ["images moved"], "a", "b"),
    ("manifest-descriptor[linux/arm/v7]:a=b", ["linux/arm/v7"], "a", "b"),
    ("manifest[arm64]:a=b", ["linux/arm64 moved"], "a", "b"),
    ("index,manifest[linux/amd64],manifest-descriptor:a=b", ["list", "linux/amd64 moved", "images"], "a", "b"),
    ("index:a:b=c", ["list"], "a:b", "c"),
  ]

  @Test(arguments: accepted)
  func isReadAsBuildxReadsIt(text: String, targets: [String], key: String, value: String) throws {
    let annotations = try AnnotationArgument(parsing: text).annotations
    #expect(annotations.map(Self.words) == targets)
    #expect(annotations.allSatisfy { $0.key == key && $0.value == value })
  }

  static let refused: [(text: String, problem: String)] = [
    ("a", "there is no \u{201C}=\u{201D}"),
    ("=b", "the key is empty"),
    ("index:=b", "the key is empty"),
    ("two words=b", "\u{201C}two words\u{201D} is not a key"),
    ("layer:a=b", "the type \u{201C}layer\u{201D} is not index, manifest-descriptor"),
    ("index,:a=b", "the type \u{201C}\u{201D} is not"),
    ("Index:a=b", "the type \u{201C}Index\u{201D} is not"),
    ("index[linux/arm64]:a=b", "the type index has no platform"),
    ("index-descriptor[linux/arm64]:a=b", "the type index-descriptor has no platform"),
    ("manifest[linux/arm64:a=b", "the type \u{201C}manifest[linux/arm64\u{201D} is not"),
  ]

  @Test(arguments: refused)
  func otherFormsAreRefused(text: String, problem: String) throws {
    let error = #expect(throws: UsageError.self) { try AnnotationArgument(parsing: text) }
    let message = try #require(error).message(for: "publish")
    #expect(message.hasPrefix("invalid value \u{201C}\(text)\u{201D} for --annotation: \(problem)"), "\(message)")
    #expect(message.hasSuffix("Use KEY=VALUE, index:KEY=VALUE or manifest-descriptor[OS/ARCH]:KEY=VALUE"))
  }

  @Test(arguments: ["manifest[linux/amd65]:a=b", "manifest[]:a=b", "manifest[unknown/unknown]:a=b"])
  func aPlatformMustBeKnown(text: String) {
    #expect(throws: PlatformError.self) { try AnnotationArgument(parsing: text) }
  }

  static let contradictions: [(words: [String], message: String?)] = [
    (["a=b", "a=b", "index:a=b"], nil),
    (["index:a=b", "manifest-descriptor:a=c", "manifest[linux/arm64]:a=d"], nil),
    (
      ["a=b", "index-descriptor:a=c"],
      "--annotation gives a of the list two values: \u{201C}b\u{201D} and \u{201C}c\u{201D}"
    ),
    (["manifest:a=b", "manifest-descriptor:a=c"], "--annotation gives a of the images two values"),
    (
      ["manifest[arm64]:a=b", "manifest-descriptor[linux/arm64/v8]:a=c"],
      "--annotation gives a of the image for linux/arm64 two values"
    ),
  ]

  @Test(arguments: contradictions)
  func aKeyHasOneValue(words: [String], message: String?) throws {
    try expect(words.flatMap { ["--annotation", $0] }, message)
  }

  static let combinations: [(words: [String], message: String?)] = [
    (
      ["--annotation", "a=b"],
      "--annotation cannot be used with --media-type docker: only an OCI index can have annotations"
    ),
    (["--annotations-from-labels"], "--annotations-from-labels cannot be used with --media-type docker"),
    (
      ["--artifact-type", "a/b"],
      "--artifact-type cannot be used with --media-type docker: only an OCI index can have an artifact"
    ),
    (["--subject", "x"], "--subject cannot be used with --media-type docker: only an OCI index can have a subject"),
    ([], nil),
  ]

  @Test(arguments: combinations)
  func aDockerListHasNoneOfIt(words: [String], message: String?) throws {
    try expect(words, nil)
    try expect(words + ["--media-type", "docker"], message)
  }

  @Test func theArtifactTypeIsAMediaType() throws {
    try expect(
      ["--artifact-type", "sbom"],
      "invalid value \u{201C}sbom\u{201D} for --artifact-type: must be a media type"
    )
  }

  /// As in a workflow: `--annotation "$DOCKER_METADATA_OUTPUT_ANNOTATIONS"`.
  @Test func severalLinesAreSeveralAnnotations() throws {
    let text = "index:a=b  c\r\n  manifest:d= e\n\n"
    let additions = try additions(["--annotation", text])
    #expect(
      additions.annotations.map { "\(Self.words($0)) \($0.key)=\($0.value)" } == ["list a=b  c", "images moved d= e"]
    )
  }

  static let subjects: [(text: String, reference: String)] = [
    ("v1-arm64", "r.example/a:v1-arm64"),
    (":x", "r.example/a:x"),
    ("r.example/a:x", "r.example/a:x"),
    ("sha256:\(String(repeating: "0", count: 64))", "r.example/a@sha256:\(String(repeating: "0", count: 64))"),
    ("@sha256:\(String(repeating: "0", count: 64))", "r.example/a@sha256:\(String(repeating: "0", count: 64))"),
  ]

  @Test(arguments: subjects)
  func theSubjectIsInTheRepositoryOfTheList(text: String, reference: String) throws {
    #expect(try additions(["--subject", text]).subject?.description == reference)
  }

  @Test func aSubjectElsewhereIsRefused() throws {
    let error = #expect(throws: SubjectError.self) { try additions(["--subject", "r.example/b:x"]) }
    #expect(error?.advice?.contains("--subject") == true)
    #expect(
      error?.description.contains("--subject r.example/b:x is not in r.example/a, where LIST is") == true
    )
  }

  private func additions(_ words: [String]) throws -> ListAdditions {
    let publish = try CommandLineTool.parse(Publish.self, words + ["r.example/a:v1", "v1-arm64"])
    return try publish.annotationOptions.additions(for: .registry(try Reference(parsing: "r.example/a")))
  }

  /// - Parameter message: How the error begins; nil if there is none.
  private func expect(_ words: [String], _ message: String?) throws {
    var found: String?
    do { _ = try CommandLineTool.parse(Publish.self, words + ["r.example/a:v1", "v1-arm64"]) } catch let error
      as UsageError
    {
      found = error.message(for: "publish")
    }
    if let message { #expect(found?.hasPrefix(message) == true, "\(found ?? "-")") } else { #expect(found == nil) }
  }

  private static func words(_ annotation: ListAnnotation) -> String {
    let place =
      switch annotation.target {
      case .list: "list"
      case .entries(nil): "images"
      case .entries(let platform?): "\(platform)"
      }
    return annotation.isMoved ? "\(place) moved" : place
  }
}
