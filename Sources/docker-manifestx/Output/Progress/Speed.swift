/// How fast bytes move: the mean of the last few seconds, so that it neither jumps nor tells of the past.
struct Speed {
  private(set) var bytes = 0.0
  /// How many bytes there were at some moments of the last seconds.
  private var marks: [(time: Duration, bytes: Double)]

  private static let window = Duration.seconds(5)
  private static let distance = Duration.milliseconds(250)

  init(_ now: Duration) { marks = [(now, 0)] }

  mutating func add(_ count: Int, _ now: Duration) {
    bytes += Double(count)
    if let last = marks.last, now - last.time < Self.distance { return }
    marks.append((now, bytes))
    while marks.count > 2, now - marks[1].time >= Self.window { marks.removeFirst() }
  }

  /// In bytes. Nil while nothing moves, and in the first half of a second.
  func perSecond(_ now: Duration) -> Double? {
    guard let first = marks.first, now - first.time >= .milliseconds(500), bytes > first.bytes else { return nil }
    return (bytes - first.bytes) / ((now - first.time) / .seconds(1))
  }

  /// `4.2MB/s, 20 s left`, as far as it is known.
  ///
  /// - Parameter left: In bytes.
  func words(left: Double, _ now: Duration) -> [String] {
    guard let rate = perSecond(now) else { return [] }
    // From a rate that is no more than noise, a time of years would follow.
    let seconds = (left / rate).rounded(.up)
    let time = seconds > 0 && seconds < 360_000 ? ["\(TimeText(.seconds(seconds))) left"] : []
    return ["\(ByteCount(bytes: rate))/s"] + time
  }
}
