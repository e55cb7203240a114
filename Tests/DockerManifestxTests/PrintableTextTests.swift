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
  ]

  @Test("Control characters are shown", arguments: texts)
  func escapes(text: String, shown: String) {
    #expect(PrintableText.lines(text) == shown)
    #expect(PrintableText.line(text) == shown.replacing("\n", with: "\\u{A}"))
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

  @Test func aTextOfTheLimitIsWhole() {
    let text = String(repeating: "a", count: 100)
    #expect(PrintableText.line(text, limit: 100) == text)
  }
}
