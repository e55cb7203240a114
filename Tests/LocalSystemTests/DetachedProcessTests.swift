import Glibc
import TestSupport
import Testing

@testable import LocalSystem

@Suite struct DetachedProcessTests {
  /// Whoever reads from this program's pipes does not wait for the process.
  @Test func hasItsOwnSessionAndNoOtherFiles() async throws {
    var ends: [Int32] = [-1, -1]
    try #require(pipe(&ends) == 0)
    defer { close(ends[0]) }
    let directory = try TemporaryDirectory()
    let file = "\(directory.path)/state"
    let script = """
      cut -d' ' -f1,6 /proc/$$/stat >'\(file).new'
      readlink /proc/$$/fd/0 /proc/$$/fd/2 >>'\(file).new'
      mv '\(file).new' '\(file)'
      sleep 60 &
      echo $! >'\(file).pid'
      wait
      """
    let process = try DetachedProcess.start("/bin/sh", ["sh", "-c", script])
    // Swift Testing waits for any child, and finds no other while one has ended that nobody waits for.
    defer { waitpid(process, nil, 0) }
    close(ends[1])
    // Its child ends after a minute.
    var reader = pollfd(fd: ends[0], events: Int16(POLLIN), revents: 0)
    #expect(poll(&reader, 1, 20_000) == 1)
    var byte: UInt8 = 0
    #expect(read(ends[0], &byte, 1) == 0)
    let state = try await text(of: file).split(separator: "\n")
    let numbers = state[0].split(separator: " ")
    #expect(numbers[0] == numbers[1])
    #expect(state.dropFirst() == ["/dev/null", "/dev/null"])
    if let child = Int32(try await text(of: "\(file).pid").prefix { $0.isNumber }) { kill(child, SIGKILL) }
  }

  @Test func missingProgramIsAnError() {
    #expect(throws: SystemError.self) { try DetachedProcess.start("/no/such/program", ["x"]) }
  }

  /// When the file is there.
  private func text(of file: String) async throws -> String {
    for _ in 0..<500 {
      if let bytes = try? File.contents(of: file), !bytes.isEmpty { return String(decoding: bytes, as: UTF8.self) }
      try await Task.sleep(for: .milliseconds(10))
    }
    throw SystemError(code: ENOENT)
  }
}
