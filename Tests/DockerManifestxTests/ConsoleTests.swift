import Testing

@testable import docker_manifestx

@Suite struct ConsoleTests {
  static let texts: [(text: String, shown: String)] = [
    ("é😀 “a”\nb", "é😀 “a”\nb"),
    ("\u{1B}[2J", #"\u{1B}[2J"#),
    ("a\r\nb\t\0", #"a\u{D}"# + "\nb" + #"\u{9}\u{0}"#),
    ("\u{7F}\u{9B}31m", #"\u{7F}\u{9B}31m"#),
  ]

  @Test(arguments: texts)
  func nothingFromOutsideCommandsTheTerminal(text: String, shown: String) {
    #expect(Console.escapingControlCharacters(text) == shown)
  }
}
