import Synchronization

/// Passes on the last events of several requests in the order of the requests, whichever of them ends first.
final class OrderedEvents: Sendable {
  private let onEvent: @Sendable (ListEvent) -> Void
  private let state = Mutex(State())

  private struct State {
    /// The first request that has not ended.
    var next = 0
    /// Those that have ended after it.
    var ended: [Int: ListEvent] = [:]
  }

  init(_ onEvent: @escaping @Sendable (ListEvent) -> Void) { self.onEvent = onEvent }

  func end(_ number: Int, _ event: ListEvent) {
    state.withLock { state in
      state.ended[number] = event
      while let event = state.ended.removeValue(forKey: state.next) {
        onEvent(event)
        state.next += 1
      }
    }
  }

  /// The other requests have failed, or were not sent.
  func endAll() {
    state.withLock { state in
      for number in state.ended.keys.sorted() { state.ended.removeValue(forKey: number).map(onEvent) }
    }
  }
}
