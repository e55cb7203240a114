import Synchronization

/// A clock on which only sleeping takes time, and no real time passes: a test of waiting does not wait.
package final class StoppedClock: Clock {
  package typealias Instant = ContinuousClock.Instant

  private let slept = Mutex<[Duration]>([])
  private let start = ContinuousClock.now
  package let minimumResolution = Duration.zero

  package init() {}

  package var now: Instant { start.advanced(by: waits.reduce(.zero, +)) }

  package var waits: [Duration] { slept.withLock { $0 } }

  package func sleep(until deadline: Instant, tolerance: Duration?) async throws {
    slept.withLock { $0.append(start.advanced(by: $0.reduce(.zero, +)).duration(to: deadline)) }
  }
}
