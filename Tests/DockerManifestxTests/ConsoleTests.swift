import Glibc
import OCIRegistry
import Testing

@testable import docker_manifestx

@Suite struct ConsoleTests {
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
      console.progress(Table(rows: [["x"], ["y"]]))
      return pipe.contents()
    }
    #expect(try printed(isQuiet: false, isDebugging: false) == "notice\nprogress\nWARNING: a\\u{A}b\nx\ny\n")
    #expect(try printed(isQuiet: true, isDebugging: true) == "notice\nDEBUG: debug\nWARNING: a\\u{A}b\n")
  }

  @Test func waitsOfASecondAreShown() throws {
    let pipe = try Pipe()
    let console = Console(Terminal(output: -1, error: pipe.writeEnd))
    for wait in [999, 1000] {
      console.show(RegistryEvent.retrying(host: "r", .status(503), wait: .milliseconds(wait)))
    }
    #expect(pipe.contents() == "retrying r in 1 s: it answered 503\n")
  }

  /// Longer than what one write to a pipe takes at once, so that two writers would mix without the lock.
  @Test func linesOfParallelWorkAreNotMixed() async throws {
    let pipe = try Pipe()
    let console = Console(Terminal(output: -1, error: pipe.writeEnd))
    let letters = "abcdefgh".map { String(repeating: $0, count: 20_000) }
    async let contents = pipe.readToEnd()
    await withTaskGroup(of: Void.self) { group in
      for line in letters { group.addTask { console.message(line) } }
    }
    pipe.closeWriteEnd()
    #expect(await contents.split(separator: "\n").map(String.init).sorted() == letters)
  }

  @Test("A manifest is printed byte for byte where there is no terminal")
  func rawManifest() throws {
    let pipe = try Pipe()
    let bytes = Array("{\r\"a\":\"\u{9B}\u{202E}\"}".utf8)
    try Console(Terminal(output: pipe.writeEnd, error: -1)).result(raw: bytes)
    #expect(pipe.contents() == String(decoding: bytes, as: UTF8.self))
  }

  @Test func resultThatCannotBeWrittenIsAnError() {
    let console = Console(Terminal(output: -1, error: -1))
    #expect(throws: OutputError.self) { try console.result("a") }
  }
}
