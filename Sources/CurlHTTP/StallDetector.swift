/// Decides when a transfer makes too little progress to wait for it any longer.
///
/// No byte within the timeout is too little, and so is fewer than 1024 bytes per second for two seconds more than that:
/// a server that slow keeps its clients waiting on purpose. Anything quicker may take as long as it needs.
struct StallDetector {
  private let timeout: Duration
  /// The number of bytes when it last changed, and when that was.
  private var last: Sample
  /// Where the current measurement of the speed began.
  private var first: Sample

  private struct Sample {
    var bytes = 0
    let time: ContinuousClock.Instant
  }

  enum Progress: Equatable {
    /// Check again after this time.
    case moving(Duration)
    case stalled(reason: String)
  }

  private static let bytesPerSecond = 1024

  init(timeout: Duration, at now: ContinuousClock.Instant) {
    self.timeout = timeout
    last = Sample(time: now)
    first = last
  }

  /// - Parameter bytes: How many were transferred so far, in both directions.
  /// - Parameter isOurTurn: True while the server has nothing to do with the delay: no connection was made yet (which has
  ///   a time limit of its own), or this side has paused the transfer.
  mutating func progress(_ bytes: Int, isOurTurn: Bool, at now: ContinuousClock.Instant) -> Progress {
    let sample = Sample(bytes: bytes, time: now)
    // Until the first byte, the server may think as long as the timeout allows.
    if isOurTurn || bytes == 0 { first = sample }
    if isOurTurn || bytes != last.bytes { last = sample }
    let idle = now - last.time
    if idle >= timeout { return .stalled(reason: "no data was received or sent for \(Self.seconds(timeout)) s") }
    let window = timeout + .seconds(2)
    let measured = now - first.time
    if measured >= window {
      if Double(bytes - first.bytes) < Double(Self.bytesPerSecond) * (measured / .seconds(1)) {
        let text = "fewer than \(Self.bytesPerSecond) bytes per second for \(Self.seconds(window)) s"
        return .stalled(reason: text)
      }
      first = sample
    }
    return .moving(min(timeout - idle, window - (now - first.time)))
  }

  static func seconds(_ duration: Duration) -> String {
    let seconds = duration / .seconds(1)
    return seconds == seconds.rounded() ? "\(Int(seconds))" : "\(seconds)"
  }
}
