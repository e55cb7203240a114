import Testing

@testable import YAML

@Suite struct YAMLDocumentsTests {
  private func text(_ text: String, _ line: Int, isPlain: Bool = true) -> YAMLNode {
    YAMLNode(.scalar(text, isPlain: isPlain), line: line)
  }

  private func documents(_ text: String) throws -> [YAMLNode] {
    var limits = NodeLimits()
    return try YAMLDocuments.decoded(Array(text.utf8), &limits)
  }

  /// A scalar stays as it is written: a version is no number.
  @Test func valuesHaveLines() throws {
    let yaml = """
      # A comment.
      image: a
      tags: [1.10, "2",
             yes]
      """
    let tags = YAMLNode(.sequence([text("1.10", 3), text("2", 3, isPlain: false), text("yes", 4)]), line: 3)
    let members = [
      YAMLMember(name: "image", line: 2, value: text("a", 2)), YAMLMember(name: "tags", line: 3, value: tags),
    ]
    #expect(try documents(yaml) == [YAMLNode(.mapping(members), line: 2)])
  }

  @Test func emptyDocumentsAreLeftOut() throws {
    #expect(
      try documents("---\na\n---\n---\n# nothing\n---\n!!str b\n...\n") == [text("a", 2), text("b", 7, isPlain: false)]
    )
    #expect(try documents("").isEmpty)
    #expect(try documents("~").isEmpty)
  }

  private static let refused: [(text: String, line: Int, reason: YAMLError.Reason)] = [
    ("a: b\n\tc: d", 2, .tab), ("a:\n\t- b", 2, .tab), ("a: 1\nb: 2\na: 3", 3, .duplicateKey("a")),
    ("x: &a [1]\ny: *a", 2, .alias("a")), ("\n? [a]\n: b", 2, .keyIsNoText),
    ("a: !!binary aGk=", 1, .tag("tag:yaml.org,2002:binary")), ("a: !env {b: c}", 1, .tag("!env")),
    (String(repeating: "[", count: 40), 1, .tooDeep(limit: 32)),
    ("a: b: c", 1, .syntax("mapping values are not allowed in this context")),
    ("a: \"b\n\n", 3, .syntax("found unexpected end of stream")),
    ("a: [b\nc: d", 2, .syntax("did not find expected ',' or ']'")),
  ]

  @Test(arguments: refused.indices)
  func isRefused(_ index: Int) {
    let (text, line, reason) = Self.refused[index]
    #expect(throws: YAMLError(line: line, reason)) { try documents(text) }
  }

  /// A few lines of aliases can stand for more values than any memory can hold.
  @Test func aBombOfAliasesIsRefusedAtTheFirst() {
    let lines = (1...30).map { level in
      "k\(level): &k\(level) [\(repeatElement("*k\(level - 1)", count: 9).joined(separator: ","))]"
    }
    #expect(throws: YAMLError(line: 2, .alias("k0"))) { try documents("k0: &k0 lol\n" + lines.joined(separator: "\n")) }
  }

  @Test func thereIsALimitOfValues() throws {
    var limits = NodeLimits()
    for _ in 0..<99_990 { try limits.add(depth: 32, line: 1) }
    // Of all texts together.
    for text in ["a: b", "[1]"] { _ = try YAMLDocuments.decoded(Array(text.utf8), &limits) }
    for text in ["{\"a\":1}", "[1]"] { _ = try JSONDocument.decoded(Array(text.utf8), &limits) }
    let error = YAMLError(line: 2, .tooManyValues(limit: 100_000))
    #expect(throws: error) { try JSONDocument.decoded(Array("\n1".utf8), &limits) }
    #expect(throws: error) { try YAMLDocuments.decoded(Array("\n1".utf8), &limits) }
  }

  @Test func textMustBeUTF8() {
    let bytes = Array("a: b\nc: ".utf8) + [0xFF]
    #expect(throws: YAMLError(line: 2, .syntax("invalid leading UTF-8 octet"))) {
      var limits = NodeLimits()
      _ = try YAMLDocuments.decoded(bytes, &limits)
    }
  }
}
