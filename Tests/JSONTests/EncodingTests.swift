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

  @Test("What a terminal would obey is escaped, and means the same")
  func escapesControlCharacters() throws {
    let text =
      "\u{1}\u{7F}\u{80}\u{9B}\u{AD}\u{61C}\u{200E}\u{2028}\u{2029}\u{202E}\u{2066}\u{FEFF}\u{E0001}\u{34F}\u{2800}é漢😀"
    let escapes =
      #"\u0001\u007F\u0080\u009B\u00AD\u061C\u200E\u2028\u2029\u202E\u2066\uFEFF\uDB40\uDC01\u034F\u2800é漢😀"#
    let bytes = JSONValue.string(text).encoded()
    #expect(String(decoding: bytes, as: UTF8.self) == "\"\(escapes)\"")
    #expect(try JSONValue(decoding: bytes) == .string(text))
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
