import HTTP

/// Where this room takes the time from: a test passes clocks that stand still.
package struct Clocks: Sendable {
  /// For waits, and for the lifetime of a token.
  let running: any Clock<Duration>
  /// The time of day, to compare with times that servers send.
  let now: @Sendable () -> Timestamp

  package init(running: any Clock<Duration> = ContinuousClock(), now: @escaping @Sendable () -> Timestamp = { .now }) {
    self.running = running
    self.now = now
  }
}
