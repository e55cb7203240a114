import JSON
import Testing

/// Names of members as Go's decoder compares them.
@Suite struct NamesTests {
  static let refused: [(text: String, error: JSONError)] = [
    (#"{"a":{"b":1,"b":2}}"#, .sameName(path: "", "b", "b")),
    (#"{"a":1,"\u0061":2}"#, .sameName(path: "", "a", "a")),
    (#"{"q\"\\":1,"q\"\\":2}"#, .sameName(path: "", "q\"\\", "q\"\\")),
    (#"{"config":1,"x":2,"Config":3}"#, .sameName(path: "", "config", "Config")),
    ("{\"digest\":1,\"dige\u{17F}t\":2}", .sameName(path: "", "digest", "dige\u{17F}t")),
    (#"{"kind":1,"\u212AIND":2}"#, .sameName(path: "", "kind", "\u{212A}IND")),
    (#"{"l":[0,{"m":{"A":1,"a":2}}]}"#, .sameName(path: "l[1].m", "A", "a")),
    // Only the keys of a map are its author's own; what they lead to is not.
    (#"{"Labels":{"x":{"A":1,"a":2}}}"#, .sameName(path: "Labels.x", "A", "a")),
    (#"{"Labels":{"x":1,"x":2}}"#, .sameName(path: "", "x", "x")),
    // They become the keys of a dictionary, which takes two spellings of \u{E9} for one.
    ("{\"Labels\":{\"\u{E9}\":1,\"e\u{301}\":2}}", .sameName(path: "Labels", "e\u{301}", "e\u{301}")),
    (#"{"labels":{},"Labels":{}}"#, .sameName(path: "", "labels", "Labels")),
  ]

  private func decode(_ text: String) throws(JSONError) -> JSONValue {
    try JSONValue(decoding: Array(text.utf8), duplicateNames: .refusedInAnyCase(exceptIn: ["Labels"]))
  }

  @Test("Members of one name are refused", arguments: refused)
  func sameNames(text: String, error: JSONError) {
    #expect(throws: error) { try decode(text) }
  }

  @Test(
    "Other names are accepted",
    arguments: [
      #"[{"a":1},{"A":2}]"#, #"{"a":{"A":1}}"#, #"{"Labels":{"A":1,"a":2}}"#, #"{"c":{"labels":{"A":1,"a":2}}}"#,
      #"{"s":1,"ß":2}"#,
    ]
  )
  func differentNames(text: String) {
    #expect(throws: Never.self) { try decode(text) }
  }

  @Test("Both names are in the message, and where they are")
  func message() {
    let error = #expect(throws: JSONError.self) { try decode(#"{"l":{"A":1,"a":2}}"#) }
    #expect(error?.description.hasPrefix("l: docker treats \u{201C}A\u{201D} and \u{201C}a\u{201D} as") == true)
  }

  @Test("The last one counts where duplicates are allowed")
  func lastWins() throws {
    let node = try JSONNode(JSONValue(decoding: Array(#"{"a":{"b":1,"b":2}}"#.utf8)))
    #expect(try node.required("a").required("b").integer() == 2)
  }

  // MARK: - Looking for a field

  @Test("A field in another case only is an error, in optional fields, too")
  func otherCase() throws {
    let node = JSONNode(.object(["x": .object(["mediatype": 1])]))
    let error = JSONError.otherCase(path: "x.mediatype", name: "mediaType")
    #expect(throws: error) { try node.required("x").optional("mediaType") }
    #expect(
      error.description
        == "x.mediatype must be spelled \u{201C}mediaType\u{201D}: some programs ignore other spellings"
    )
  }

  private let settings = JSONNode(
    .object([
      "credsStore": "a", "CREDSSTORE": "b", "auths": .object(["H": 1, "i": 1]), "Auths": .object(["h": 2, "i": 2]),
      "Auth": .object(["Other": 1]),
    ]),
    names: .anyCase
  )

  @Test("Docker's own files: fields in any case, and the last one counts")
  func anyCase() throws {
    #expect(try settings.optional("credsStore")?.string() == "b")
    #expect(try settings.optional("absent")?.value == nil)
    #expect(try settings.required("auth").required("other").integer() == 1)
  }

  @Test("Docker's own files: the keys of maps are exact, and two maps are one")
  func maps() throws {
    let auths = try settings.required("auths")
    #expect(try auths.members().map(\.name) == ["H", "h", "i"])
    #expect(try auths.entry("h")?.integer() == 2)
    #expect(try auths.entry("I")?.value == nil)
    #expect(try auths.entry("i")?.integer() == 2)
  }

  private static let again: [(text: String, value: JSONValue?)] = [
    (#"{"a":1,"a":2}"#, 2),
    (#"{"a":1,"A":null}"#, 1),
    (#"{"a":"x","\u0061":null}"#, "x"),
    (#"{"a":[1],"a":null}"#, nil),
    (#"{"a":{"b":1},"a":null}"#, nil),
    (#"{"a":{"b":1},"a":null,"a":{"c":2}}"#, .object(["c": 2])),
    (#"{"a":{"b":1,"c":{"x":1}},"a":{"c":{"y":2}}}"#, .object(["b": 1, "c": .object(["y": 2])])),
  ]

  @Test("A field that stands several times is read as Go reads it", arguments: again)
  func readAgain(text: String, value: JSONValue?) throws {
    let node = try JSONNode(goDecoding: Array(text.utf8)).optional("a")
    if case .object(let members) = value {
      #expect(try node?.members().map { JSONMember(name: $0.name, value: $0.node.value) } == members)
    } else {
      #expect(node?.value == value)
    }
  }

  @Test("Finds the first unknown member")
  func unknownMember() throws {
    #expect(try settings.required("auth").members(besides: "other").map(\.name) == [])
    #expect(try settings.members(besides: "credsstore").first?.node.path == "auths")
    #expect(try JSONNode(.object(["Auths": 1, "other": .null])).members(besides: "auths").map(\.name) == ["Auths"])
  }
}
