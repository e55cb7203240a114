import Glibc
import LocalSystem
import TestSupport
import Testing

/// The name of a program may contain what ends it in `/proc/PID/stat`.
@Suite(.timeLimit(.minutes(1))) struct ProcessTreeTests {
  private static let name = "a) R 1 (b"

  @Test func aNameCanContainParentheses() throws {
    let directory = try TemporaryDirectory()
    let program = "\(directory.path)/\(Self.name)"
    try #require(symlink("/bin/sleep", program) == 0)
    let process = try start(program, ["60"])
    #expect(ProcessTree.name(of: process) == Self.name)
    kill(process, SIGKILL)
    waitpid(process, nil, 0)
  }

  @Test func descendantsEndAndTheRootGoesOn() async throws {
    let directory = try TemporaryDirectory()
    let program = "\(directory.path)/\(Self.name)"
    try #require(symlink("/bin/sleep", program) == 0)
    let process = try start("/bin/sh", ["-c", "(\"$0\" 60; exit 3); exit 7", program])
    var status: Int32 = 0
    for _ in 0..<500 where waitpid(process, &status, WNOHANG) == 0 {
      ProcessTree(root: process).killDescendants()
      try await Task.sleep(for: .milliseconds(20))
    }
    #expect(status == 7 << 8)
  }

  private func start(_ program: String, _ arguments: [String]) throws -> pid_t {
    var process = pid_t()
    let words = ([program] + arguments).map { strdup($0) }
    defer { words.forEach { free($0) } }
    try #require(posix_spawn(&process, program, nil, nil, words + [nil], environ) == 0)
    return process
  }
}
