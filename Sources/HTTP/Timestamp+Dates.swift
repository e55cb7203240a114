import Glibc

extension Timestamp {
  /// The value of a `Date` field: `Sun, 06 Nov 1994 08:49:37 GMT` (RFC 9110 §5.6.7, the form that is sent today); nil for
  /// other text.
  package init?(httpDate text: String) {
    let words = text.split(separator: " ")
    guard words.count == 6, words[5] == "GMT" else { return nil }
    self.init(year: words[3], month: words[2], day: words[1], time: words[4])
  }

  /// A time in a certificate as TLS libraries print it: `Nov  6 08:49:37 1994 GMT` (OpenSSL) or `1994-11-06 08:49:37 GMT`;
  /// nil for other text.
  package init?(certificateTime text: String) {
    let words = text.split(separator: " ")
    guard words.last == "GMT" else { return nil }
    switch words.count {
    case 5: self.init(year: words[3], month: words[0], day: words[1], time: words[2])
    case 3:
      guard let seconds = Self.seconds(date: String(words[0]), time: words[1]) else { return nil }
      self.init(seconds: seconds)
    default: return nil
    }
  }

  private init?(year: Substring, month: Substring, day: Substring, time: Substring) {
    guard let month = Self.months.firstIndex(of: String(month)),
      let seconds = Self.seconds(date: "\(year)-\(month + 1)-\(day)", time: time)
    else { return nil }
    self.init(seconds: seconds)
  }

  private static let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]

  /// The day in UTC: `1994-11-06`.
  package var day: String {
    var parts = tm()
    var time = time_t(seconds)
    gmtime_r(&time, &parts)
    func digits(_ number: Int32) -> String { number < 10 ? "0\(number)" : "\(number)" }
    return "\(parts.tm_year + 1900)-\(digits(parts.tm_mon + 1))-\(digits(parts.tm_mday))"
  }
}
