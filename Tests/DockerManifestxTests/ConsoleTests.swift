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

private struct Pipe: Sendable {
  let readEnd: Int32
  let writeEnd: Int32

  struct Failure: Error {}

  init() throws {
    var ends: [Int32] = [-1, -1]
    guard pipe(&ends) == 0 else { throw Failure() }
    (readEnd, writeEnd) = (ends[0], ends[1])
  }

  func closeWriteEnd() { close(writeEnd) }

  func contents() -> String {
    closeWriteEnd()
    return read()
  }

  /// On a thread of the system: a blocked one of Swift's could be the one that a writer needs.
  func readToEnd() async -> String {
    await withCheckedContinuation { continuation in
      let box = Unmanaged.passRetained(Reader(self, continuation)).toOpaque()
      var thread = pthread_t()
      pthread_create(
        &thread,
        nil,
        { context in
          if let context { Unmanaged<Reader>.fromOpaque(context).takeRetainedValue().run() }
          return nil
        },
        box
      )
      pthread_detach(thread)
    }
  }

  fileprivate func read() -> String {
    var all: [UInt8] = []
    var piece = [UInt8](repeating: 0, count: 4096)
    while case let count = Glibc.read(readEnd, &piece, piece.count), count > 0 { all += piece[..<count] }
    close(readEnd)
    return String(decoding: all, as: UTF8.self)
  }
}

private final class Reader: Sendable {
  let pipe: Pipe
  let continuation: CheckedContinuation<String, Never>

  init(_ pipe: Pipe, _ continuation: CheckedContinuation<String, Never>) {
    (self.pipe, self.continuation) = (pipe, continuation)
  }

  func run() { continuation.resume(returning: pipe.read()) }
}
