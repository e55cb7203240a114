import Synchronization

/// A clock whose `sleep` only records the duration, so that tests of waiting do not wait.
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
