import Synchronization

/// A clock whose time passes only where it is slept, so that a test of waiting does not wait, or where a test moves it.
package final class StoppedClock: Clock {
  package typealias Instant = ContinuousClock.Instant

  private let state = Mutex((now: ContinuousClock.now, slept: [Swift.Duration]()))
  package let minimumResolution = Swift.Duration.zero

  package init() {}

  package var now: Instant { state.withLock { $0.now } }
  package var waits: [Swift.Duration] { state.withLock { $0.slept } }

  package func advance(by duration: Swift.Duration) { state.withLock { $0.now += duration } }

  package func sleep(until deadline: Instant, tolerance: Swift.Duration?) async throws {
    state.withLock { state in
      state.slept.append(state.now.duration(to: deadline))
      state.now = max(state.now, deadline)
    }
  }
}
