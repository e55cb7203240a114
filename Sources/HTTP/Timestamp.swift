import Glibc

/// A moment as protocols write it, in seconds since 1970.
package struct Timestamp: Hashable, Sendable {
  package let seconds: Int

  package init(seconds: Int) { self.seconds = seconds }

  package static var now: Timestamp { Timestamp(seconds: time(nil)) }

  /// The three forms of RFC 9110 §5.6.7: `Wed, 21 Oct 2015 07:28:00 GMT`, and, from servers of another age,
  /// `Wednesday, 21-Oct-15 07:28:00 GMT` and `Wed Oct 21 07:28:00 2015`; nil for other text.
  ///
  /// - Parameter now: By which the century of a year of two digits is known.
  package init?(httpDate text: String, now: Timestamp = .now) {
    let words = text.split(separator: " ")
    let parts = words.count > 1 ? words[1].split(separator: "-", omittingEmptySubsequences: false) : []
    let found: Int?
    if words.count == 6, words[5] == "GMT" {
      found = Self.seconds(year: Int(words[3]), month: words[2], day: words[1], time: words[4])
    } else if words.count == 4, words[3] == "GMT", parts.count == 3, let short = Int(parts[2]), short < 100 {
      found = Self.seconds(year: now.year(endingWith: short), month: parts[1], day: parts[0], time: words[2])
    } else if words.count == 5 {
      found = Self.seconds(year: Int(words[4]), month: words[1], day: words[2], time: words[3])
    } else {
      return nil
    }
    guard let found else { return nil }
    seconds = found
  }

  /// The nearest that ends with these digits: what would be more than 50 years ahead is past.
  private func year(endingWith short: Int) -> Int {
    var (moment, parts) = (seconds, tm())
    gmtime_r(&moment, &parts)
    let this = Int(parts.tm_year) + 1900
    let year = this - this % 100 + short
    return year > this + 50 ? year - 100 : year <= this - 50 ? year + 100 : year
  }

  private static func seconds(year: Int?, month: Substring, day: Substring, time: Substring) -> Int? {
    guard let year, let month = months.firstIndex(of: String(month)) else { return nil }
    return seconds(date: "\(year)-\(month + 1)-\(day)", time: time)
  }

  /// `2015-10-21T07:28:00.123Z`, `2015-10-21T09:28:00+02:00` (RFC 3339); nil for other text.
  package init?(rfc3339 text: String) {
    let halves = text.uppercased().split(separator: "T")
    guard halves.count == 2 else { return nil }
    let time = halves[1].prefix { !"Z+-.".contains($0) }
    let zone = halves[1].drop { !"Z+-".contains($0) }
    guard let local = Self.seconds(date: String(halves[0]), time: time), let sign = zone.first else { return nil }
    let offset = zone == "Z" ? 0 : Self.seconds(date: "1970-1-1", time: "\(zone.dropFirst()):00")
    guard let offset else { return nil }
    seconds = sign == "-" ? local + offset : local - offset
  }

  /// `2015-10-21` and `07:28:00`, in UTC.
  private static func seconds(date: String, time: some StringProtocol) -> Int? {
    let date = date.split(separator: "-").compactMap { Int32($0) }
    let time = time.split(separator: ":").compactMap { Int32($0) }
    guard date.count == 3, time.count == 3, (1900...9999).contains(date[0]) else { return nil }
    var parts = tm()
    (parts.tm_year, parts.tm_mon, parts.tm_mday) = (date[0] - 1900, date[1] - 1, date[2])
    (parts.tm_hour, parts.tm_min, parts.tm_sec) = (time[0], time[1], time[2])
    return timegm(&parts)
  }
}

private let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
