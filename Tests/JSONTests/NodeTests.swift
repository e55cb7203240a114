import JSON
import Testing

@Suite struct NodeTests {
  private let node = JSONNode(
    .object([
      "auths": .object(["ghcr.io": .object(["auth": 5])]),
      "list": ["a", 1],
      "nothing": .some(.null),
      "half": .real(0.5),
    ])
  )

  @Test func readsMembersInOrder() throws {
    #expect(try node.members().map(\.name) == ["auths", "list", "nothing", "half"])
  }

  @Test func nullMeansMissing() throws {
    #expect(try node.optional("nothing")?.value == nil)
    #expect(try node.optional("absent")?.value == nil)
    #expect(throws: JSONError.missing(path: "nothing")) { try node.required("nothing") }
  }

  @Test func errorsShowThePath() {
    #expect(throws: JSONError.type(path: #"auths["ghcr.io"].auth"#, expected: "a string", found: "a number")) {
      try node.required("auths").required("ghcr.io").required("auth").string()
    }
    #expect(throws: JSONError.type(path: "list[1]", expected: "a string", found: "a number")) {
      try node.required("list").strings()
    }
    #expect(throws: JSONError.missing(path: #"["a\"b"]"#)) { try node.required(#"a"b"#) }
    #expect(throws: JSONError.type(path: "", expected: "an array", found: "an object")) { try node.array() }
  }

  @Test func fractionIsNotAWholeNumber() {
    #expect(throws: JSONError.type(path: "half", expected: "a whole number", found: "a number")) {
      try node.required("half").integer()
    }
  }

  static let descriptions: [(error: JSONError, text: String)] = [
    (.syntax(line: 3, column: 7, reason: "']' expected"), "invalid JSON: line 3, column 7: ']' expected"),
    (.type(path: "a[0]", expected: "a string", found: "null"), "a[0] must be a string, but is null"),
    (.type(path: "", expected: "an object", found: "an array"), "the document must be an object, but is an array"),
    (.missing(path: "a.b"), "a.b is missing"),
  ]

  @Test(arguments: descriptions)
  func describesErrors(error: JSONError, text: String) {
    #expect(error.description == text)
  }
}
