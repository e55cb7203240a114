import JSON
import Testing

@Suite struct DecodingTests {
  static let values: [(text: String, value: JSONValue)] = [
    ("null", .null),
    (" true\n", .bool(true)),
    ("-0", .integer(0)),
    ("9223372036854775807", .integer(.max)),
    ("-9223372036854775808", .integer(.min)),
    ("1.5e3", .real(1500)),
    (#""é \u00e9 \ud83d\ude00 \" \/""#, .string("é é 😀 \" /")),
    (#""a\u0000b""#, .string("a\0b")),
    (#"{"b":1,"a":[],"":{}}"#, .object(["b": 1, "a": [], "": .object([])])),
  ]

  @Test(arguments: values)
  func decodesValues(text: String, value: JSONValue) throws {
    #expect(try JSONValue(decoding: Array(text.utf8)) == value)
  }

  static let refused: [(text: String, line: Int, column: Int)] = [
    ("", 1, 1),
    ("[1,]", 1, 4),
    ("{\"a\": 1,\n  \"b\" 2}", 2, 7),
    ("{\"é\": nul}", 1, 9),
    ("[1] 2", 1, 5),
    ("[9223372036854775808]", 1, 20),
    ("[1e400]", 1, 6),
    (#"["\ud800"]"#, 1, 9),
    ("[\"a\nb\"]", 1, 3),
    ("['a']", 1, 2),
    ("[NaN]", 1, 4),
    ("\u{FEFF}{}", 1, 1),
  ]

  @Test(arguments: refused)
  func reportsLineAndColumn(text: String, line: Int, column: Int) {
    let error = #expect(throws: JSONError.self) { try JSONValue(decoding: Array(text.utf8)) }
    guard case .syntax(line, column, let reason)? = error else {
      Issue.record("not line \(line), column \(column): \(error.map { "\($0)" } ?? "-")")
      return
    }
    #expect(!reason.isEmpty)
  }

  @Test func refusesInvalidUTF8() {
    let bytes: [UInt8] = [0x22, 0xFF, 0x22]
    #expect(throws: JSONError.self) { try JSONValue(decoding: bytes) }
  }

  static let readByGo: [(text: [UInt8], value: String)] = [
    (Array(#"\ud800"#.utf8), "\u{FFFD}"),
    (Array(#"a\uDFFFb"#.utf8), "a\u{FFFD}b"),
    (Array(#"\udc00\ud800"#.utf8), "\u{FFFD}\u{FFFD}"),
    (Array(#"\ud83d\ud83d\ude00"#.utf8), "\u{FFFD}😀"),
    (Array(#"\ud800\n"#.utf8), "\u{FFFD}\n"),
    // A backslash and letters.
    (Array(#"\\ud800"#.utf8), #"\ud800"#),
    ([0xFF], "\u{FFFD}"),
    // A character that is cut off, and half of a pair in UTF-8.
    ([0x61, 0xE2, 0x82, 0x62], "a\u{FFFD}\u{FFFD}b"),
    ([0xED, 0xA0, 0x80], "\u{FFFD}\u{FFFD}\u{FFFD}"),
  ]

  @Test(arguments: readByGo)
  func readsInvalidCharactersAsGoDoes(text: [UInt8], value: String) throws {
    let quote = UInt8(ascii: "\"")
    #expect(try JSONValue(decoding: [quote] + text + [quote], dialect: .go) == .string(value))
  }

  @Test(arguments: [#"["\ud800" x]"#, #"["\u+123"]"#, #"["\ud800"#, #"["\u"#, #"["\"#])
  func otherErrorsStayErrorsInGosDialect(text: String) {
    let strict = #expect(throws: JSONError.self) { try JSONValue(decoding: Array(text.utf8)) }
    let error = #expect(throws: JSONError.self) { try JSONValue(decoding: Array(text.utf8), dialect: .go) }
    #expect(strict != nil && error != nil)
  }

  private static let whatFollows: [(text: String, accepting: [JSONValue.Dialect])] = [
    (" \n", [.strict, .go, .goSingleValue, .goFirstValue]),
    ("}", [.goSingleValue, .goFirstValue]),
    ("\n] x", [.goSingleValue, .goFirstValue]),
    (" {}", [.goFirstValue]),
    (" \u{0}\u{1} \"", [.goFirstValue]),
  ]

  /// Numbers and characters that only Go reads come before.
  @Test(arguments: whatFollows)
  func textAfterTheValue(text: String, accepting: [JSONValue.Dialect]) throws {
    for dialect in [JSONValue.Dialect.strict, .go, .goSingleValue, .goFirstValue] {
      let value = dialect == .strict ? #"{"a":1}"# : #"{"\ud800":1e400}"#
      if accepting.contains(dialect) {
        #expect(try JSONValue(decoding: Array((value + text).utf8), dialect: dialect).encoded().count > 5)
      } else {
        let error = #expect(throws: JSONError.self) {
          try JSONValue(decoding: Array((value + text).utf8), dialect: dialect)
        }
        #expect(error?.description.hasPrefix("invalid JSON: line ") == true)
      }
    }
    #expect(throws: JSONError.self) { try JSONValue(decoding: Array("{]\(text)".utf8), dialect: .goFirstValue) }
  }

  /// The text near an error may be a password.
  @Test(arguments: [
    #"{"auth": "c2VjcmV0" "x"}"#, #"{"auth": "c2VjcmV0"#, #"{"auth": c2VjcmV0}"#, "[\"c2VjcmV0\u{1}\"]",
  ])
  func errorsDoNotQuoteTheText(text: String) {
    let error = #expect(throws: JSONError.self) { try JSONValue(decoding: Array(text.utf8)) }
    #expect(error?.description.contains("c2VjcmV0") == false)
  }

  // MARK: - Duplicate names

  private static let duplicates = Array(#"{"a":{"b":1,"b":2}}"#.utf8)

  @Test func lastDuplicateIsUsed() throws {
    let node = try JSONNode(JSONValue(decoding: Self.duplicates))
    #expect(try node.required("a").required("b").integer() == 2)
  }

  // MARK: - Cost

  static let tooDeep = ["[", #"{"a":"#].flatMap {
    [String(repeating: $0, count: 129), String(repeating: $0, count: 100_000)]
  }

  @Test(arguments: tooDeep)
  func deeperThan128LevelsIsAnError(text: String) {
    #expect(throws: JSONError.tooDeep(limit: 128)) { try JSONValue(decoding: Array(text.utf8)) }
  }

  @Test func hundredTwentyEightLevelsAreAccepted() throws {
    let text = String(repeating: "[", count: 128) + String(repeating: "]", count: 128)
    #expect(try JSONValue(decoding: Array(text.utf8)).encoded() == Array(text.utf8))
  }

  static let expensive = ["{}", "[]", "1", "null", "\"\"", #"{"":1}"#]

  @Test("4 MiB of small values are refused before they are read", arguments: expensive)
  func tooManyValues(element: String) {
    let list = repeatElement(element, count: (4 << 20) / (element.utf8.count + 1)).joined(separator: ",")
    #expect(throws: JSONError.tooComplex) { try JSONValue(decoding: Array("[\(list)]".utf8)) }
  }

  @Test func bracketsInStringsCostNothing() throws {
    let text = #""\""# + String(repeating: "[{,:", count: 1 << 19) + #"\\""#
    #expect(throws: Never.self) { try JSONValue(decoding: Array(text.utf8)) }
  }

  /// Beginning again after each of them would take minutes.
  @Test(.timeLimit(.minutes(1)))
  func manyNumbersWithoutRoomAreReadOnce() throws {
    let number = "1e999,-1e999, 99999999999999999999"
    let text = "[\"1e999\\\"1e999\",1e9,-5,\(repeatElement(number, count: 20_000).joined(separator: ","))]"
    guard case .array(let values) = try JSONValue(decoding: Array(text.utf8), dialect: .go) else {
      Issue.record("no array")
      return
    }
    #expect(values.prefix(3) == [.string("1e999\"1e999"), .real(1e9), .integer(-5)])
    #expect(values.count == 60_003 && values.dropFirst(3).allSatisfy { $0 == .integer(0) })
  }
}
