import Testing

@testable import YAML

@Suite struct JSONDocumentTests {
  private func node(_ text: String) throws -> YAMLNode {
    var limits = NodeLimits()
    return try JSONDocument.decoded(Array(text.utf8), &limits)
  }

  @Test func valuesHaveLines() throws {
    let json = "\n{ \"a\\u00e9\\n\" : [1.10, \"b\\\"\", true,\n null, []], \n\"c\": {\"d\": {} }}\n"
    let elements = [
      YAMLNode(.scalar("1.10", isPlain: true), line: 2), YAMLNode(.scalar("b\"", isPlain: false), line: 2),
      YAMLNode(.scalar("true", isPlain: true), line: 2), YAMLNode(.scalar("null", isPlain: true), line: 3),
      YAMLNode(.sequence([]), line: 3),
    ]
    let inner = YAMLNode(.mapping([YAMLMember(name: "d", line: 4, value: YAMLNode(.mapping([]), line: 4))]), line: 4)
    let members = [
      YAMLMember(name: "aé\n", line: 2, value: YAMLNode(.sequence(elements), line: 2)),
      YAMLMember(name: "c", line: 4, value: inner),
    ]
    #expect(try node(json) == YAMLNode(.mapping(members), line: 2))
  }

  private static let refused: [(text: String, line: Int, problem: String)] = [
    ("", 1, "there should be a value"), ("{} x", 1, "there should be the end of the text"),
    ("[1,\n]", 2, "there should be a value"), ("{\"a\":1,\n}", 2, "there should be a key in quotation marks"),
    ("[1\n2]", 2, "there should be a comma or ]"), ("{\"a\"\n1}", 2, "there should be a colon"),
    ("{\"a\":1", 1, "there should be a comma or }"), ("[\n\"a", 2, "a quotation mark is missing"),
    ("\"\\q\"", 1, "the text in quotation marks is not valid"), ("\"\\", 1, "a quotation mark is missing"),
    ("01", 1, "there should be a value"), ("[1 /* x */]", 1, "there should be a comma or ]"),
    ("yes", 1, "there should be a value"), ("\"a\tb\"", 1, "the text in quotation marks is not valid"),
  ]

  @Test(arguments: refused.indices)
  func isRefused(_ index: Int) {
    let (text, line, problem) = Self.refused[index]
    #expect(throws: YAMLError(line: line, .syntax(problem))) { try node(text) }
  }

  @Test func theLimitsOfYAMLHold() {
    #expect(throws: YAMLError(line: 2, .duplicateKey("a"))) { try node("{\"a\":1,\n\"\\u0061\":2}") }
    #expect(throws: YAMLError(line: 1, .tooDeep(limit: 32))) { try node(String(repeating: "[", count: 100_000)) }
  }
}
