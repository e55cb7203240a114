import ManifestLists
import OCI
import Synchronization
import TestSupport
import Testing
import Transfer

@testable import docker_manifestx

@Suite struct LiveProgressTests {
  let clock = StoppedClock()
  let pipe: Pipe
  let terminal: Terminal
  let live: LiveProgress
  let console: Console

  init() throws {
    pipe = try Pipe()
    terminal = Terminal(output: -1, error: pipe.writeEnd)
    live = LiveProgress(clock)
    var console = Console(terminal)
    (console.form, console.live) = (.region, live)
    self.console = console
  }

  private func draw(after duration: Duration) {
    clock.advance(by: duration)
    console.refresh()
  }

  @Test func aWaitAppearsAfterOneSecondAndCountsTheSeconds() {
    console.refresh()
    live.began("a.example")
    draw(after: .milliseconds(999))
    draw(after: .milliseconds(1))
    draw(after: .milliseconds(500))
    draw(after: .seconds(1))
    #expect(pipe.contents() == "waiting for a.example, 1 s\r\u{1B}[Kwaiting for a.example, 2 s")
  }

  /// It takes one row, of 80 columns here: a second one would not be erased.
  @Test func aLineOfWideCharactersIsCutByItsColumns() {
    live.began(String(repeating: "\u{6F22}", count: 60))
    draw(after: .seconds(2))
    let shown = pipe.contents()
    #expect(shown.hasPrefix("waiting for \u{6F22}"))
    #expect((30...34).contains(shown.count { $0 == "\u{6F22}" }))
  }

  @Test func namesTheHostOfTheOldestRequest() {
    live.began("a.example")
    live.began("b.example")
    draw(after: .seconds(2))
    live.ended("a.example")
    draw(after: .milliseconds(900))
    draw(after: .milliseconds(100))
    live.ended("b.example")
    // Shortly after it, the registry will be asked again, and this is no time that it has not answered.
    draw(after: .milliseconds(900))
    draw(after: .milliseconds(100))
    live.began("b.example")
    draw(after: .seconds(1))
    let lines = ["waiting for a.example, 2 s", "", "waiting for b.example, 1 s", "", "waiting for b.example, 1 s"]
    #expect(pipe.contents() == lines.joined(separator: "\r\u{1B}[K").replacing("\r\u{1B}[K\r", with: "\r"))
  }

  @Test func messagesAppearAboveIt() {
    live.began("a.example")
    draw(after: .seconds(1))
    console.notice("notice")
    draw(after: .zero)
    try? terminal.write([], to: .output)
    draw(after: .zero)
    terminal.closeRegion()
    draw(after: .seconds(1))
    console.notice("end")
    let line = "waiting for a.example, 1 s\r\u{1B}[K"
    #expect(pipe.contents() == line + "notice\n" + line + line + "end\n")
  }

  @Test func nothingIsShownWhileAnotherProgramUsesTheTerminal() {
    let isSuspended = Mutex(true)
    var console = console
    console.live = LiveProgress(clock) { isSuspended.withLock { $0 } }
    console.live?.began("a.example")
    clock.advance(by: .seconds(3))
    console.refresh()
    isSuspended.withLock { $0 = false }
    console.refresh()
    #expect(pipe.contents() == "waiting for a.example, 3 s")
  }

  /// A line that is longer than the terminal is wide could not be erased.
  @Test func longHostIsCut() {
    live.began(String(repeating: "a", count: 200))
    draw(after: .seconds(1))
    #expect(pipe.contents().count == 79)
  }

  @Test func lastMessageErasesIt() {
    live.began("a.example")
    draw(after: .seconds(1))
    console.last("Nothing was published.\n")
    draw(after: .seconds(1))
    // Nor does anything else follow.
    console.notice("a process was stopped")
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

  @Test func aCopyIsShownAfterHalfASecondAndReplacedByOneLine() throws {
    let target = Store.repository(try Reference(parsing: "r.example/a:v1").repository)
    let blob = Descriptor(mediaType: .ociConfig, size: 4_000_000, digest: try Digest(of: [1]))
    live.began("r.example")
    console.show(.transfer(target, .planned([blob])))
    draw(after: .milliseconds(400))
    console.show(.transfer(target, .moved(blob, bytes: 1_000_000)))
    draw(after: .milliseconds(600))
    // Bytes move: nothing is waited for.
    draw(after: .milliseconds(300))
    console.show(.transfer(target, .finished(blob, .copied)))
    console.show(.transfer(target, .completed))
    draw(after: .milliseconds(50))
    func shown(_ rate: String) -> String {
      """
      \(blob.digest.short)   1MB of 4MB   \(rate)
      Copying to r.example/a: 0 of 1 blobs, 1MB of 4MB, \(rate.replacing("   ", with: ", "))
      """
    }
    let pieces = [
      shown("1.7MB/s   2 s left"), shown("1.1MB/s   3 s left"), "Copied 1 blob (4MB) to r.example/a in 1.3 s\n",
    ]
    #expect(pipe.contents() == pieces.joined(separator: "\r\u{1B}[1A\u{1B}[J"))
  }

  @Test func whereNothingMovesTheHostIsNamed() throws {
    let target = Store.repository(try Reference(parsing: "r.example/a:v1").repository)
    live.began("r.example")
    console.show(.transfer(target, .planned([])))
    clock.advance(by: .seconds(2))
    #expect(
      live.lines(width: 79, height: 9) == [
        "Copying to r.example/a: 0 of 0 blobs, 0B of 0B", "waiting for r.example, 2 s",
      ]
    )
  }

  /// A pattern may match very many tags, and all of their images are requested at the same time.
  @Test(.timeLimit(.minutes(1)))
  func manyRequestsAtTheSameTimeTakeNoTime() {
    var requests = PendingRequests()
    let hosts = ["a.example", "b.example"]
    for index in 0..<400_000 { requests.began(hosts[index % 2], .zero) }
    for index in 0..<399_999 { requests.ended(hosts[index % 2], .zero) }
    #expect(requests.line(.seconds(5)) == "waiting for b.example, 5 s")
  }
}
