import LocalSystem
import Synchronization

/// The line at the bottom of the terminal that says which host is being waited for, and for how many seconds. It appears
/// after one second, and is erased before anything else is printed.
final class StatusLine: Sendable {
  private struct State {
    /// The host of each request that has no response yet, in the order of the requests.
    var pending: [String] = []
    /// What is being waited for: the host of the oldest request, or, between two requests, that of the last one.
    var waiting: (host: String, since: Duration)?
    var hasEnded = false

    mutating func note(_ host: String, _ now: Duration) {
      if waiting?.host != host { waiting = (host, now) }
    }
  }

  private let terminal: Terminal
  /// While this is true, another program may be using the terminal.
  private let isSuspended: @Sendable () -> Bool
  /// Since some time before the first request.
  private let now: @Sendable () -> Duration
  private let sleep: @Sendable (Duration) async throws -> Void
  private let state = Mutex(State())

  private static let delay = Duration.seconds(1)

  init<C: Clock>(_ terminal: Terminal, clock: C, isSuspended: @escaping @Sendable () -> Bool = { false })
  where C.Duration == Duration {
    self.terminal = terminal
    self.isSuspended = isSuspended
    let start = clock.now
    now = { start.duration(to: clock.now) }
    sleep = { try await clock.sleep(for: $0) }
  }

  /// A request to this host is being sent.
  func began(_ host: String) {
    state.withLock { state in
      state.pending.append(host)
      state.note(state.pending[0], now())
    }
  }

  /// A request to this host has its response.
  func ended(_ host: String) {
    state.withLock { state in
      guard let index = state.pending.firstIndex(of: host) else { return }
      state.pending.remove(at: index)
      if let oldest = state.pending.first { state.note(oldest, now()) }
    }
  }

  /// Erases it for good.
  func end() {
    state.withLock { $0.hasEnded = true }
    terminal.show(status: nil)
  }

  /// Draws it again and again, until the task is cancelled.
  func run() async throws {
    while true {
      try await sleep(Self.delay / 5)
      draw()
    }
  }

  /// Brings it up to date.
  func draw() {
    // The lock is held while it is drawn, so that it cannot be drawn after `end`.
    state.withLock { state in
      guard !state.hasEnded else { return }
      var text: String?
      if let waiting = state.waiting, now() - waiting.since >= Self.delay, !isSuspended() {
        text = "waiting for \(waiting.host), \((now() - waiting.since).components.seconds) s"
      }
      terminal.show(status: text)
    }
  }
}
