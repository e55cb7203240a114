import Testing

@testable import JSON

@Suite("Editing JSON text in place")
struct JSONTextTests {
  private static let edits: [(before: String, path: [String], after: String)] = [
    (#"{}"#, ["a"], "{\n\t\"a\": \"x\"\n}"),
    (#"{"b":1}"#, ["a"], #"{"b":1,"a":"x"}"#),
    (#"{"b": 1, "c": 2}"#, ["a", "d"], #"{"b": 1, "c": 2, "a": {"d": "x"}}"#),
    (#"{"a" : [ "}" , {"a":1} ] }"#, ["a"], #"{"a" : "x" }"#),
    ("{\n  \"a\": {\n  }\n}", ["a", "b"], "{\n  \"a\": {\n    \"b\": \"x\"\n  }\n}"),
    (#"{"a": null, "c": 2}"#, ["a"], #"{"a": "x", "c": 2}"#),
    (#"{"a": null, "c": 2}"#, ["a", "d"], #"{"a": {"d": "x"}, "c": 2}"#),
    ("{\n  \"a\": null\n}", ["a", "b", "c"], "{\n  \"a\": {\n    \"b\": {\n      \"c\": \"x\"\n    }\n  }\n}"),
    (#"{"A": {"B": "y"}}"#, ["a", "b"], #"{"A": {"B": "y","b": "x"}}"#),
    ("{\"b\":1}\n}\n{\"a\":1}", ["a"], "{\"b\":1,\"a\":\"x\"}\n}\n{\"a\":1}"),
    (" null\n}", ["a"], " {\n\t\"a\": \"x\"\n}\n}"),
    (#"{"q\"}":{"a":"\\"},"a":true}"#, ["q\"}", "a"], #"{"q\"}":{"a":"x"},"a":true}"#),
  ]

  @Test("Sets a member and keeps the rest of the text", arguments: edits)
  func set(before: String, path: [String], after: String) throws {
    var text = try JSONText(Array(before.utf8))
    try text.set(path, to: "x")
    #expect(String(decoding: text.bytes, as: UTF8.self) == after)
  }

  private static let removals: [(before: String, path: [String], after: String)] = [
    (#"{"a": 1}"#, ["a"], "{}"),
    (#"{"a": 1, "b": 2}"#, ["a"], #"{"b": 2}"#),
    (#"{"b": 2, "a": 1 }"#, ["a"], #"{"b": 2 }"#),
    (#"{"b": 2, "a": {"c": {"d": 1}}}"#, ["a", "c", "d"], #"{"b": 2}"#),
    (#"{"a": {"e": 0, "c": {"d": 1}}}"#, ["a", "c", "d"], #"{"a": {"e": 0}}"#),
    (#"{"a": 1}"#, ["b"], #"{"a": 1}"#),
    (#"{"A": {"b": 1, "B": 2}}"#, ["a", "b"], #"{"A": {"B": 2}}"#),
    (#"{"a": 1}"#, ["a", "b"], #"{"a": 1}"#),
    (#"{"b":1,"a":2}} {"a":1}"#, ["a"], #"{"b":1}} {"a":1}"#),
  ]

  @Test("Removes a member, and objects that become empty", arguments: removals)
  func remove(before: String, path: [String], after: String) throws {
    var text = try JSONText(Array(before.utf8))
    try text.remove(path)
    #expect(String(decoding: text.bytes, as: UTF8.self) == after)
  }

  @Test(
    "Refuses duplicate names, also when one of them is escaped",
    arguments: [#"{"a":{},"\u0061":{}}"#, #"{"a":{},"A":{}}"#, #"{"a":{"b":1,"b":2}}"#]
  )
  func refusesDuplicates(_ before: String) throws {
    var text = try JSONText(Array(before.utf8))
    #expect(throws: JSONError.self) { try text.set(["a", "b"], to: "x") }
    #expect(throws: JSONError.self) { try text.remove(["a", "b"]) }
    #expect(text.bytes == Array(before.utf8))
  }

  @Test("Keeps what only Go reads as it is")
  func invalidCharacters() throws {
    let before = Array(#"{"\ud800": 1e400, "é": ""#.utf8) + [0xFF] + Array(#""}"#.utf8)
    var text = try JSONText(before)
    try text.set(["a"], to: "b")
    #expect(text.bytes.starts(with: before.dropLast()))
    try text.remove(["a"])
    #expect(text.bytes == before)
  }

  @Test("Refuses a text or a member that is not an object")
  func notAnObject() throws {
    #expect(throws: JSONError.self) { try JSONText(Array("[1]".utf8)) }
    var text = try JSONText(Array(#"{"a": [1]}"#.utf8))
    #expect(throws: JSONError.type(path: "a", expected: "an object", found: "an array")) {
      try text.set(["a", "b"], to: "x")
    }
    #expect(text.bytes == Array(#"{"a": [1]}"#.utf8))
  }
}
