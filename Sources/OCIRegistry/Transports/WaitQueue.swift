import Synchronization

/// Tasks that wait until the state of an actor changes. Each of them looks at that state again when it is woken:
/// `while isBusy { try await queue.wait() }`.
final class WaitQueue: Sendable {
  private struct State {
    var lastNumber = 0
    var waiting: [Int: CheckedContinuation<Void, any Error>] = [:]
  }

  private let state = Mutex(State())

  /// How many tasks wait.
  var count: Int { state.withLock { $0.waiting.count } }

  /// - Parameter isolation: The actor whose state is waited for: it is not left between the look at the state and the wait,
  ///   so no change is missed.
  /// - Throws: `CancellationError` as soon as the task is cancelled; the error that `wakeAll` was given.
  func wait(isolation: isolated (any Actor)? = #isolation) async throws {
    let number = state.withLock { state in
      state.lastNumber += 1
      return state.lastNumber
    }
    try await withTaskCancellationHandler {
      try await withCheckedThrowingContinuation { continuation in
        let isCancelled = state.withLock { state in
          // Inside the lock: cancelled from now on, the task is found in the queue.
          if Task.isCancelled { return true }
          state.waiting[number] = continuation
          return false
        }
        if isCancelled { continuation.resume(throwing: CancellationError()) }
      }
    } onCancel: {
      let cancelled = state.withLock { $0.waiting.removeValue(forKey: number) }
      cancelled?.resume(throwing: CancellationError())
    }
  }

  /// - Parameter error: What those that wait now get instead of another look.
  func wakeAll(throwing error: (any Error)? = nil) {
    let woken = state.withLock { state in
      defer { state.waiting = [:] }
      return state.waiting.sorted { $0.key < $1.key }.map(\.value)
    }
    for continuation in woken {
      if let error { continuation.resume(throwing: error) } else { continuation.resume() }
    }
  }
}
