import Glibc
import LocalSystem
import Synchronization

/// The credential helpers that are running, so that none of them outlives the program, for example as a window that asks
/// for a password that is no longer needed.
package final class RunningHelpers: Sendable {
  private struct State {
    var count = 0
    var isOver = false
  }

  private let state = Mutex(State())
  private let clock: any Clock<Duration>

  /// How often `end` looks whether they have ended, and the pause between.
  private static let polling = (times: 50, pause: Duration.milliseconds(2))

  package init(clock: any Clock<Duration> = ContinuousClock()) { self.clock = clock }

  /// True while one of them runs.
  package var areRunning: Bool { state.withLock { $0.count > 0 } }

  /// - Parameter helper: Starts a helper, and returns when it has ended.
  /// - Throws: What `helper` throws; `CancellationError` after `end`.
  func running<Answer>(_ helper: () async throws -> Answer) async throws -> Answer {
    try state.withLock { state in
      if state.isOver { throw CancellationError() }
      state.count += 1
    }
    defer { state.withLock { $0.count -= 1 } }
    return try await helper()
  }

  /// Stops those that run, with all their descendants, and prevents others from being started. Takes no time if none runs.
  package func end() async {
    state.withLock { $0.isOver = true }
    // Repeatedly: a helper that is just being started may not be visible yet.
    for _ in 0..<Self.polling.times where state.withLock({ $0.count > 0 }) {
      ProcessTree(root: getpid()).killDescendants()
      try? await clock.sleep(for: Self.polling.pause)
    }
  }
}
