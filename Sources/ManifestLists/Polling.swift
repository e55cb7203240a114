/// When to ask again for something that does not exist yet: after 1, 2, 4, 8 and then every 10 seconds, until the time is over.
struct Polling: Sendable {
  private var pause = Duration.seconds(1)
  private let rest: @Sendable () -> Duration
  private let sleep: @Sendable (Duration) async throws -> Void

  /// The time begins now.
  init(timeout: Duration, clock: some Clock<Duration>) {
    let end = clock.now.advanced(by: timeout)
    rest = { clock.now.duration(to: end) }
    sleep = { try await clock.sleep(for: $0) }
  }

  /// False if the time is over.
  var hasTime: Bool { rest() > .zero }

  /// Sleeps until it is time to ask again. The last time is at the end.
  mutating func wait() async throws {
    try await sleep(min(pause, max(rest(), .zero)))
    pause = min(pause * 2, .seconds(10))
  }
}
