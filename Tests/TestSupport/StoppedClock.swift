import Synchronization

/// Time that passes only where it is slept, so a test of waiting does not wait.
package final class StoppedClock: Clock {
  package typealias Instant = ContinuousClock.Instant

  private let slept = Mutex<[Duration]>([])
  package let now = ContinuousClock.now
  package let minimumResolution = Duration.zero

  package init() {}

  package var waits: [Duration] { slept.withLock { $0 } }

  package func sleep(until deadline: Instant, tolerance: Duration?) async throws {
    slept.withLock { $0.append(now.duration(to: deadline)) }
  }
}
