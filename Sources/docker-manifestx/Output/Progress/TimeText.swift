/// A time that something took or takes: `2.1 s`, `35 s`, `2 min 5 s`, `1 h 2 min`.
struct TimeText: CustomStringConvertible {
  let description: String

  init(_ duration: Duration, hasTenths: Bool = false) {
    let tenths = Int((duration / .milliseconds(100)).rounded())
    let seconds = Int((duration / .seconds(1)).rounded())
    if hasTenths, tenths < 100 {
      description = "\(tenths / 10).\(tenths % 10) s"
    } else if seconds < 60 {
      description = "\(seconds) s"
    } else if seconds < 3600 {
      description = "\(seconds / 60) min \(seconds % 60) s"
    } else {
      description = "\(seconds / 3600) h \(seconds / 60 % 60) min"
    }
  }
}
