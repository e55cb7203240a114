import Glibc

/// A point in time, in seconds since 1970-01-01T00:00:00Z.
package struct Timestamp: Hashable, Sendable {
  package let seconds: Int

  /// - Parameter seconds: Since 1970-01-01T00:00:00Z.
  package init(seconds: Int) { self.seconds = seconds }

  /// By the system's clock.
  package static var now: Timestamp { Timestamp(seconds: time(nil)) }

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

  /// `2015-10-21` and `07:28:00`, in UTC; nil if there is no such day or time.
  static func seconds(date: String, time: some StringProtocol) -> Int? {
    let date = date.split(separator: "-").compactMap { Int32($0) }
    let time = time.split(separator: ":").compactMap { Int32($0) }
    guard date.count == 3, time.count == 3, (1900...9999).contains(date[0]) else { return nil }
    var parts = tm()
    (parts.tm_year, parts.tm_mon, parts.tm_mday) = (date[0] - 1900, date[1] - 1, date[2])
    (parts.tm_hour, parts.tm_min, parts.tm_sec) = (time[0], time[1], time[2])
    let seconds = timegm(&parts)
    // What is too large has become a later day or time.
    let valid = [parts.tm_mon + 1, parts.tm_mday, parts.tm_hour, parts.tm_min, parts.tm_sec]
    return valid == date.dropFirst() + time ? seconds : nil
  }
}
