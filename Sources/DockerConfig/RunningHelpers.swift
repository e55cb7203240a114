import Glibc
import LocalSystem
import Synchronization

/// The credential helpers that run now, so that none of them outlives the program: a window that asks for a password, of
/// which nobody wants to know any more.
package final class RunningHelpers: Sendable {
  private struct State {
    var count = 0
    var isOver = false
  }

  private let state = Mutex(State())

  /// How often, and how long apart, it is looked whether they have ended.
  private static let timeout = (looks: 50, pause: Duration.milliseconds(2))

  package init() {}

  /// - Parameter helper: Starts a helper, and returns when it has ended.
  /// - Throws: What `helper` throws; `CancellationError` where no helper may be started any more.
  func running<Answer>(_ helper: () async throws -> Answer) async throws -> Answer {
    try state.withLock { state in
      if state.isOver { throw CancellationError() }
      state.count += 1
    }
    defer { state.withLock { $0.count -= 1 } }
    return try await helper()
  }

  /// Ends those that run, with all that they have started, and lets no other be started. Takes no time where none runs.
  package func end() async {
    state.withLock { $0.isOver = true }
    // More than once: one that is only just being started is not to be seen yet.
    for _ in 0..<Self.timeout.looks where state.withLock({ $0.count > 0 }) {
      ProcessTree(root: getpid()).killDescendants()
      try? await Task.sleep(for: Self.timeout.pause)
    }
  }
}
