import JSON
import Testing

@testable import docker_manifestx

@Suite struct PrintableTextTests {
  static let texts: [(text: String, shown: String)] = [
    ("é😀 “a”\nb", "é😀 “a”\nb"),
    ("\u{1B}[2J", #"\u{1B}[2J"#),
    ("a\r\nb\t\0", #"a\u{D}"# + "\nb" + #"\u{9}\u{0}"#),
    ("\u{7F}\u{9B}31m\u{85}", #"\u{7F}\u{9B}31m\u{85}"#),
    ("\u{202E}\u{2066}\u{61C}\u{200F}", #"\u{202E}\u{2066}\u{61C}\u{200F}"#),
    ("\u{2028}\u{2029}", #"\u{2028}\u{2029}"#),
    ("v1\u{34F}\u{115F}\u{17B4}\u{2800}\u{3164}\u{FFA0}", #"v1\u{34F}\u{115F}\u{17B4}\u{2800}\u{3164}\u{FFA0}"#),
    ("\u{180B}\u{2065}\u{FE0F}\u{E0080}\u{E0100}", #"\u{180B}\u{2065}\u{FE0F}\u{E0080}\u{E0100}"#),
  ]

  @Test("Control characters are shown", arguments: texts)
  func escapes(text: String, shown: String) {
    #expect(PrintableText.lines(text) == shown)
    #expect(PrintableText.line(text) == shown.replacing("\n", with: "\\u{A}"))
  }

  static let commands: [(text: String, shown: String)] = [
    ("::error::a", #"\u{3A}:error::a"#), ("a\n  ::stop-commands::x", "a\n  " + #"\u{3A}:stop-commands::x"#),
    ("a ::error::b", "a ::error::b"), ("[::1]:5000", "[::1]:5000"),
    ("a ##[error]b", #"a ##\u{5B}error]b"#), ("##vso[task.setvariable]", #"##vso\u{5B}task.setvariable]"#),
    ("##teamcity[x", #"##teamcity\u{5B}x"#), ("a ## b [c]", "a ## b [c]"), ("###[x", #"###\u{5B}x"#),
    ("\u{D4E}##vso[a]", "\u{D4E}" + #"##vso\u{5B}a]"#), ("#a[b]##", "#a[b]##"),
  ]

  @Test("A CI system does not find commands in what is printed", arguments: commands)
  func disarms(text: String, shown: String) {
    #expect(PrintableText.lines(text) == shown)
    #expect(PrintableText.lines(shown) == shown)
  }

  @Test func aCISystemFindsNoCommandsInJSON() throws {
    let value = JSONValue.object(["##vso[a": .array(["::b", "##[c]"])])
    let shown = WorkflowCommands.disarmed(inJSON: value.encoded())
    #expect(String(decoding: shown, as: UTF8.self) == ###"{"##vso\u005Ba":["::b","##\u005Bc]"]}"###)
    #expect(try JSONValue(decoding: shown) == value)
  }

  static let long = ["a", "é", "😀", "e\u{301}", "\u{301}", "\u{9B}", "\n"]

  @Test("Long texts are cut by bytes", arguments: long, [100, 2000])
  func cuts(piece: String, limit: Int) {
    let shown = PrintableText.line("begin " + String(repeating: piece, count: 50_000) + " end", limit: limit)
    #expect(shown.utf8.count <= limit)
    #expect(shown.utf8.count > limit * 9 / 10)
    let scalars = shown.unicodeScalars
    #expect(scalars.starts(with: "begin ".unicodeScalars) && scalars.reversed().starts(with: "dne ".unicodeScalars))
    #expect(scalars.contains("\u{2026}") && !scalars.contains("\u{FFFD}"))
  }

  /// A part of one could not be recognised as a part of a secret.
  @Test(arguments: 90..<110) func noEscapeIsCut(limit: Int) {
    let shown = PrintableText.line(String(repeating: "\u{9B}", count: 50), limit: limit)
    #expect(shown.replacing(#"\u{9B}"#, with: "") == "\u{2026}")
  }

  @Test func aTextOfTheLimitIsWhole() {
    let text = String(repeating: "a", count: 100)
    #expect(PrintableText.line(text, limit: 100) == text)
  }
}
