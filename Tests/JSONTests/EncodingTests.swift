import JSON
import Testing

@Suite struct EncodingTests {
  static let compact: [(value: JSONValue, text: String)] = [
    (.null, "null"),
    (.bool(false), "false"),
    (.integer(.min), "-9223372036854775808"),
    (.real(1), "1.0"),
    (.string(""), #""""#),
    (.string("é😀\"\\\n\0/<&"), #""é😀\"\\\n\u0000/<&""#),
    ([], "[]"),
    (.object([]), "{}"),
    (.object(["z": 1, "a": ["x", .null], "m": nil]), #"{"z":1,"a":["x",null]}"#),
  ]

  @Test(arguments: compact)
  func encodesInOrderWithoutSpaces(value: JSONValue, text: String) throws {
    #expect(String(decoding: value.encoded(), as: UTF8.self) == text)
    #expect(try JSONValue(decoding: Array(text.utf8)) == value)
  }

  @Test func indentsWithoutTrailingNewline() {
    let value = JSONValue.object(["b": [1], "a": .object([])])
    let text = """
      {
         "b": [
            1
         ],
         "a": {}
      }
      """
    #expect(String(decoding: value.encoded(indent: 3), as: UTF8.self) == text)
  }
}
