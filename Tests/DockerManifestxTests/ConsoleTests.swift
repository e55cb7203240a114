import Glibc
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
  func controlCharactersAreEscaped(text: String, shown: String) {
    #expect(Console.escapingControlCharacters(text) == shown)
  }

  @Test func quietAndDebuggingDecideWhatIsShown() throws {
    func printed(isQuiet: Bool, isDebugging: Bool) throws -> String {
      let pipe = try Pipe()
      var console = Console(Terminal(output: -1, error: pipe.writeEnd))
      console.isQuiet = isQuiet
      console.isDebugging = isDebugging
      console.notice("notice")
      console.progress("progress")
      console.debug("debug")
      console.warning("a\nb")
      return pipe.contents()
    }
    #expect(try printed(isQuiet: false, isDebugging: false) == "notice\nprogress\nWARNING: a\n  b\n")
    #expect(try printed(isQuiet: true, isDebugging: true) == "notice\nDEBUG: debug\nWARNING: a\n  b\n")
  }

  /// Longer than what one write to a pipe takes at once, so that two writers would mix without the lock.
  @Test func linesOfParallelWorkAreNotMixed() async throws {
    let pipe = try Pipe()
    let console = Console(Terminal(output: -1, error: pipe.writeEnd))
    let letters = "abcdefgh".map { String(repeating: $0, count: 20_000) }
    async let contents = pipe.readToEnd()
    await withTaskGroup(of: Void.self) { group in
      for line in letters { group.addTask { console.notice(line) } }
    }
    pipe.closeWriteEnd()
    #expect(await contents.split(separator: "\n").map(String.init).sorted() == letters)
  }

  @Test func resultThatCannotBeWrittenIsAnError() {
    let console = Console(Terminal(output: -1, error: -1))
    #expect(throws: OutputError.self) { try console.result("a") }
  }
}
