import Synchronization
import TestSupport
import Testing

@testable import docker_manifestx

@Suite struct StatusLineTests {
  let clock = StoppedClock()
  let pipe: Pipe
  let terminal: Terminal
  let status: StatusLine

  init() throws {
    pipe = try Pipe()
    terminal = Terminal(output: -1, error: pipe.writeEnd)
    status = StatusLine(terminal, clock: clock)
  }

  private func draw(after duration: Duration) {
    clock.advance(by: duration)
    status.draw()
  }

  @Test func appearsAfterOneSecondAndCountsTheSeconds() {
    status.draw()
    status.began("a.example")
    draw(after: .milliseconds(999))
    draw(after: .milliseconds(1))
    draw(after: .milliseconds(500))
    draw(after: .seconds(1))
    #expect(pipe.contents() == "waiting for a.example, 1 s\r\u{1B}[Kwaiting for a.example, 2 s")
  }

  @Test func namesTheHostOfTheOldestRequest() {
    status.began("a.example")
    status.began("b.example")
    draw(after: .seconds(2))
    status.ended("a.example")
    draw(after: .milliseconds(900))
    draw(after: .milliseconds(100))
    status.ended("b.example")
    // Between two requests, it waits for the registry that is asked next.
    draw(after: .seconds(1))
    let lines = ["waiting for a.example, 2 s", "", "waiting for b.example, 1 s", "waiting for b.example, 2 s"]
    #expect(pipe.contents() == lines.joined(separator: "\r\u{1B}[K").replacing("\r\u{1B}[K\r", with: "\r"))
  }

  @Test func isErasedBeforeOtherOutputAndForGood() {
    status.began("a.example")
    draw(after: .seconds(1))
    Console(terminal).notice("notice")
    draw(after: .zero)
    try? terminal.write([], to: .output)
    draw(after: .zero)
    status.end()
    draw(after: .seconds(1))
    let line = "waiting for a.example, 1 s\r\u{1B}[K"
    #expect(pipe.contents() == line + "notice\n" + line + line)
  }

  @Test func isNotShownWhileAnotherProgramUsesTheTerminal() {
    let isSuspended = Mutex(true)
    let status = StatusLine(terminal, clock: clock) { isSuspended.withLock { $0 } }
    status.began("a.example")
    clock.advance(by: .seconds(3))
    status.draw()
    isSuspended.withLock { $0 = false }
    status.draw()
    #expect(pipe.contents() == "waiting for a.example, 3 s")
  }

  /// A line that is longer than the terminal is wide could not be erased.
  @Test func longHostIsCut() {
    status.began(String(repeating: "a", count: 200))
    draw(after: .seconds(1))
    #expect(pipe.contents().count == 79)
  }

  @Test func lastMessageErasesIt() {
    status.began("a.example")
    draw(after: .seconds(1))
    terminal.writeLast("Nothing was published.\n")
    #expect(pipe.contents() == "waiting for a.example, 1 s\r\u{1B}[KNothing was published.\n")
  }

  /// Whoever ends the program does not wait for a reader.
  @Test func lastMessageIsLeftOutWhereItCannotBeWritten() {
    // As much as a pipe can hold (pipe(7)).
    let full = String(repeating: "a", count: 65_536)
    try? terminal.write(Array(full.utf8), to: .error)
    terminal.writeLast("last")
    #expect(pipe.contents() == full)
  }
}
