import Testing

@testable import docker_manifestx

@Suite struct TerminalRegionTests {
  private var region = TerminalRegion()

  private mutating func replaced(with lines: [String], below messages: String = "", width: Int = 80) -> String {
    String(decoding: region.replace(with: lines, below: Array(messages.utf8), width: width), as: UTF8.self)
  }

  @Test mutating func eachChangeIsOnePiece() {
    #expect(replaced(with: []) == "")
    #expect(replaced(with: ["a"]) == "a")
    #expect(replaced(with: ["a"]) == "")
    #expect(replaced(with: ["b", "c", "d"]) == "\r\u{1B}[Kb\nc\nd")
    #expect(replaced(with: ["b"], below: "message\n") == "\r\u{1B}[2A\u{1B}[Jmessage\nb")
    #expect(replaced(with: []) == "\r\u{1B}[K")
  }

  /// The terminal breaks the lines that are on it already.
  @Test mutating func aTerminalThatBecameNarrower() {
    _ = replaced(with: ["12345678", "", "123"], width: 10)
    #expect(replaced(with: ["123"], width: 4) == "\r\u{1B}[3A\u{1B}[J123")
    #expect(replaced(with: [], width: 1) == "\r\u{1B}[2A\u{1B}[J")
  }

  /// A wide character has no half at the end of a row.
  @Test mutating func wideCharacters() {
    _ = replaced(with: ["層層層", "\u{2705}1e\u{301}"], width: 10)
    #expect(replaced(with: ["123"], width: 5) == "\r\u{1B}[2A\u{1B}[J123")
  }
}
