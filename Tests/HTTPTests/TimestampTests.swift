import HTTP
import Testing

@Suite struct TimestampTests {
  /// RFC 9110's example.
  static let moment = 784_111_777

  static let dates: [(text: String, seconds: Int?)] = [
    ("Sun, 06 Nov 1994 08:49:37 GMT", moment),
    ("Sun, 06 Nov 1994 08:49:37", nil),
    ("Sun, 06 Foo 1994 08:49:37 GMT", nil),
    ("Sun, 06 Nov 1994 08:49 GMT", nil),
    ("Sunday, 06-Nov-94 08:49:37 GMT", moment),
    ("Sunday, 06-Nov-94 08:49:37", nil),
    ("Sunday, 06-Nov-1994 08:49:37 GMT", nil),
    ("Sunday, 06--94 08:49:37 GMT", nil),
    ("Sun Nov  6 08:49:37 1994", moment),
    ("Sun Nov 16 08:49:37 1994", moment + 10 * 86_400),
    ("Sun Nov  6 08:49:37", nil),
    ("Sun Nov  6 08:49:37 94", nil),
    ("7", nil),
    ("", nil),
  ]

  @Test(arguments: dates)
  func readsHTTPDates(text: String, seconds: Int?) {
    #expect(Timestamp(httpDate: text, now: Timestamp(seconds: Self.moment))?.seconds == seconds)
  }

  /// RFC 9110 §5.6.7: what seems to be more than 50 years ahead is past.
  static let centuries: [(year: String, now: String, meant: String)] = [
    ("99", "1999", "1999"), ("00", "1999", "2000"), ("26", "2026", "2026"), ("76", "2026", "2076"),
    ("77", "2026", "1977"), ("94", "2026", "1994"),
  ]

  @Test(arguments: centuries)
  func knowsTheCenturyOfTwoDigits(year: String, now: String, meant: String) throws {
    let now = try #require(Timestamp(httpDate: "Thu, 01 Jan \(now) 00:00:00 GMT"))
    let found = Timestamp(httpDate: "Thursday, 01-Jan-\(year) 00:00:00 GMT", now: now)
    #expect(found == Timestamp(httpDate: "Thu, 01 Jan \(meant) 00:00:00 GMT"))
  }

  static let moments: [(text: String, seconds: Int?)] = [
    ("1994-11-06T08:49:37Z", moment),
    ("1994-11-06t08:49:37z", moment),
    ("1994-11-06T08:49:37.123456789Z", moment),
    ("1994-11-06T10:49:37+02:00", moment),
    ("1994-11-06T03:19:37.5-05:30", moment),
    ("1994-11-06T08:49:37", nil),
    ("1994-11-06 08:49:37Z", nil),
    ("now", nil),
    ("", nil),
  ]

  @Test(arguments: moments)
  func readsRFC3339(text: String, seconds: Int?) {
    #expect(Timestamp(rfc3339: text)?.seconds == seconds)
  }
}
