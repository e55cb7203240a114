/// The requests that have no response yet, and which host is being waited for.
struct PendingRequests {
  /// The host of each request, in the order of the requests.
  private var pending: [String] = []
  /// What is being waited for: the host of the oldest request, or, between two requests, that of the last one.
  private var waiting: (host: String, since: Duration)?

  static let delay = Duration.seconds(1)

  /// A request to this host is being sent.
  mutating func began(_ host: String, _ now: Duration) {
    pending.append(host)
    note(pending[0], now)
  }

  /// A request to this host has its response.
  mutating func ended(_ host: String, _ now: Duration) {
    guard let index = pending.firstIndex(of: host) else { return }
    pending.remove(at: index)
    if let oldest = pending.first { note(oldest, now) }
  }

  /// Says which host is being waited for, and for how long. Nil during the first second.
  ///
  /// - Parameter movement: When bytes were moved last: until then, nobody waited.
  func line(_ now: Duration, after movement: Duration? = nil) -> String? {
    guard let waiting else { return nil }
    let waited = now - max(waiting.since, movement ?? waiting.since)
    return waited < Self.delay ? nil : "waiting for \(waiting.host), \(waited.components.seconds) s"
  }

  private mutating func note(_ host: String, _ now: Duration) {
    if waiting?.host != host { waiting = (host, now) }
  }
}
