import Synchronization

/// Tasks that wait until the state of an actor changes. Each of them looks at that state again when it is woken:
/// `while isBusy { try await queue.wait() }`.
final class WaitQueue: Sendable {
  private struct State {
    var lastNumber = 0
    var waiting: [Int: CheckedContinuation<Void, any Error>] = [:]
    /// How often all were woken, and with what the last time.
    var wakes = 0
    var lastWake = Result<Void, any Error>.success(())
  }

  private let state = Mutex(State())

  /// How many tasks wait.
  var count: Int { state.withLock { $0.waiting.count } }

  /// - Parameter isolation: The actor whose state is waited for. This function begins on it, so a change after the look at
  ///   the state is not missed.
  /// - Throws: `CancellationError` as soon as the task is cancelled; the error that `wakeAll` was given.
  func wait(isolation: isolated (any Actor)? = #isolation) async throws {
    let (number, wakes) = state.withLock { state in
      state.lastNumber += 1
      return (state.lastNumber, state.wakes)
    }
    try await withTaskCancellationHandler {
      try await withCheckedThrowingContinuation { continuation in
        let result = state.withLock { state -> Result<Void, any Error>? in
          // Inside the lock: cancelled from now on, the task is found in the queue.
          if Task.isCancelled { return .failure(CancellationError()) }
          // The task has left the actor meanwhile, and the change came.
          if state.wakes != wakes { return state.lastWake }
          state.waiting[number] = continuation
          return nil
        }
        if let result { continuation.resume(with: result) }
      }
    } onCancel: {
      let cancelled = state.withLock { $0.waiting.removeValue(forKey: number) }
      cancelled?.resume(throwing: CancellationError())
    }
  }

  /// - Parameter error: What those that wait now get instead of another look.
  func wakeAll(throwing error: (any Error)? = nil) {
    let result: Result<Void, any Error> = error.map { .failure($0) } ?? .success(())
    let woken = state.withLock { state in
      defer { state.waiting = [:] }
      state.wakes += 1
      state.lastWake = result
      return state.waiting.sorted { $0.key < $1.key }.map(\.value)
    }
    for continuation in woken { continuation.resume(with: result) }
  }
}
