import HTTP

/// How long ago something was, in docker's words: `3 weeks`, `About an hour`.
///
/// https://github.com/docker/go-units/blob/master/duration.go
struct Age: CustomStringConvertible {
  let seconds: Int

  /// Nil if the text is no time (RFC 3339), or is the zero of Go's times, which tools write for no time at all.
  init?(of created: String?, now: Timestamp) {
    guard let created, let time = Timestamp(rfc3339: created) else { return nil }
    seconds = now.seconds - time.seconds
  }

  var description: String {
    let (minutes, hours, days) = (seconds / 60, seconds / 3600, seconds / 86_400)
    return switch seconds {
    case ..<1: "Less than a second"
    case 1: "1 second"
    case ..<60: "\(seconds) seconds"
    case _ where minutes == 1: "About a minute"
    case _ where minutes < 60: "\(minutes) minutes"
    case _ where hours == 1: "About an hour"
    case _ where hours < 48: "\(hours) hours"
    case _ where days < 14: "\(days) days"
    case _ where days < 60: "\(days / 7) weeks"
    case _ where days < 730: "\(days / 30) months"
    default: "\(days / 365) years"
    }
  }
}
