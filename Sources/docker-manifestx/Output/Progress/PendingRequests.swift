/// The requests that have no response yet, and which host is being waited for.
struct PendingRequests {
  /// The numbers of the requests to each host, from the oldest one on. There may be very many requests to one host.
  private var pending: [String: ArraySlice<Int>] = [:]
  private var count = 0
  /// What is being waited for: the host of the oldest request, or, shortly after it, that of the last one.
  private var waiting: (host: String, since: Duration)?
  /// When the last response came; nil while there are requests.
  private var idle: Duration?

  static let delay = Duration.seconds(1)

  /// A request to this host is being sent.
  mutating func began(_ host: String, _ now: Duration) {
    // The run has done something else meanwhile, or has waited on purpose.
    if isIdle(now) { waiting = nil }
    idle = nil
    count += 1
    pending[host, default: []].append(count)
    noteOldest(now)
  }

  /// A request to this host has its response.
  mutating func ended(_ host: String, _ now: Duration) {
    guard pending[host]?.popFirst() != nil else { return }
    if pending[host]?.isEmpty == true { pending[host] = nil }
    if pending.isEmpty { idle = now }
    noteOldest(now)
  }

  /// Says which host is being waited for, and for how long. Nil during the first second.
  ///
  /// - Parameter movement: When bytes were moved last: until then, nobody waited.
  func line(_ now: Duration, after movement: Duration? = nil) -> String? {
    guard let waiting, !isIdle(now) else { return nil }
    let waited = now - max(waiting.since, movement ?? waiting.since)
    return waited < Self.delay ? nil : "waiting for \(waiting.host), \(waited.components.seconds) s"
  }

  private func isIdle(_ now: Duration) -> Bool { idle.map { now - $0 >= Self.delay } ?? false }

  private mutating func noteOldest(_ now: Duration) {
    let oldest = pending.min { ($0.value.first ?? .max) < ($1.value.first ?? .max) }
    if let oldest, waiting?.host != oldest.key { waiting = (oldest.key, now) }
  }
}
