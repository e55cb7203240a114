import ManifestLists
import OCI
import Synchronization
import Transfer

/// What the run is doing at this moment: what it copies, and which host it waits for. Whoever draws it asks again and again.
final class LiveProgress: Sendable {
  private struct State {
    var requests = PendingRequests()
    var transfers = TransferProgress()
    var pushes = PushProgress()
    /// When a line was printed last, where there is no terminal.
    var printed = Duration.zero
  }

  /// While this is true, another program may be using the terminal.
  private let isSuspended: @Sendable () -> Bool
  /// Since some time before the first request.
  private let now: @Sendable () -> Duration
  private let sleep: @Sendable (Duration) async throws -> Void
  private let state = Mutex(State())

  /// How often it is drawn, at most.
  private static let pause = Duration.milliseconds(100)
  /// What is over within this time is not shown.
  private static let delay = Duration.milliseconds(500)

  init<C: Clock>(_ clock: C, isSuspended: @escaping @Sendable () -> Bool = { false }) where C.Duration == Duration {
    self.isSuspended = isSuspended
    let start = clock.now
    now = { start.duration(to: clock.now) }
    sleep = { try await clock.sleep(for: $0) }
  }

  /// A request to this host is being sent.
  func began(_ host: String) { state.withLock { $0.requests.began(host, now()) } }

  /// A request to this host has its response.
  func ended(_ host: String) { state.withLock { $0.requests.ended(host, now()) } }

  /// - Returns: What the copies to this target have done, if this was the end of the last of them; and the time.
  func note(_ event: TransferEvent, to target: Store) -> (copy: TargetCopy?, now: Duration) {
    state.withLock { state in
      let now = now()
      return (state.transfers.note(event, to: target, now), now)
    }
  }

  /// - Returns: How long the push has taken, if this is its end.
  func note(_ event: PushEvent) -> Duration? { state.withLock { $0.pushes.note(event, now()) } }

  /// Calls the function again and again, until the task is cancelled.
  func run(_ draw: () -> Void) async throws {
    while true {
      try await sleep(Self.pause)
      draw()
    }
  }

  /// For the bottom of a terminal of this size; see `TransferProgress.lines`.
  func lines(width: Int, height: Int) -> [String] {
    if isSuspended() { return [] }
    return state.withLock { state in
      let now = now()
      let waiting = state.requests.line(now, after: state.transfers.movement).map { [$0] } ?? []
      let isShown = now - state.transfers.began >= Self.delay
      let pushes = state.pushes.lines(now, after: Self.delay).suffix(max(0, height - waiting.count))
      let rest = height - waiting.count - pushes.count
      let lines = pushes + (isShown ? state.transfers.lines(width: width, height: rest, now) : []) + waiting
      return lines.map { DisplayWidth.prefix(of: $0, columns: width) }
    }
  }

  /// What is being pushed, if nothing was asked or returned for so long.
  func pushes(every pause: Duration) -> (pushes: PushProgress, now: Duration)? {
    state.withLock { state in
      let now = now()
      guard let began = state.pushes.began, now - max(state.printed, began) >= pause else { return nil }
      state.printed = now
      return (state.pushes, now)
    }
  }

  /// What is being copied, if nothing was asked or returned for so long.
  func transfers(every pause: Duration) -> (transfers: TransferProgress, now: Duration)? {
    state.withLock { state in
      let now = now()
      guard now - max(state.printed, state.transfers.began) >= pause, !state.transfers.copies.isEmpty else {
        return nil
      }
      state.printed = now
      return (state.transfers, now)
    }
  }
}
