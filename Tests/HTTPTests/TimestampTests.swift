import HTTP
import Testing

@Suite struct TimestampTests {
  /// RFC 9110's example.
  static let moment = 784_111_777

  static let moments: [(text: String, seconds: Int?)] = [
    ("1994-11-06T08:49:37Z", moment),
    ("1994-11-06t08:49:37z", moment),
    ("1994-11-06T08:49:37.123456789Z", moment),
    ("1994-11-06T10:49:37+02:00", moment),
    ("1994-11-06T03:19:37.5-05:30", moment),
    ("1994-11-06T08:49:37", nil),
    ("1994-11-06 08:49:37Z", nil),
    ("9999-12-31T23:59:59Z", 253_402_300_799),
    // The time that is not set in Go.
    ("0001-01-01T00:00:00Z", nil),
    ("1994-13-06T08:49:37Z", nil), ("1994-02-29T08:49:37Z", nil), ("1996-02-29T08:49:37Z", 825_583_777),
    ("1994-11-06T24:49:37Z", nil), ("1994-11-06T08:61:37Z", nil), ("1994-11-06T08:49:37+25:00", nil),
    ("now", nil),
    ("", nil),
  ]

  @Test(arguments: moments)
  func readsRFC3339(text: String, seconds: Int?) {
    #expect(Timestamp(rfc3339: text)?.seconds == seconds)
  }

  static let httpDates: [(text: String, seconds: Int?)] = [
    ("Sun, 06 Nov 1994 08:49:37 GMT", moment), ("Sun, 06 Nov 1994 08:49:37 UTC", nil),
    // The two old forms are not sent any more.
    ("Sunday, 06-Nov-94 08:49:37 GMT", nil), ("Sun Nov  6 08:49:37 1994", nil), ("Sun, 06 Foo 1994 08:49:37 GMT", nil),
    ("", nil),
  ]

  @Test(arguments: httpDates)
  func readsDateFields(text: String, seconds: Int?) {
    #expect(Timestamp(httpDate: text)?.seconds == seconds)
  }

  static let certificateTimes: [(text: String, seconds: Int?)] = [
    ("Nov  6 08:49:37 1994 GMT", moment), ("1994-11-06 08:49:37 GMT", moment),
    ("Nov 26 08:49:37 1994 GMT", moment + 20 * 86_400),
    ("Nov  6 08:49:37 1994", nil), ("1994-11-06T08:49:37Z", nil), ("", nil),
  ]

  @Test(arguments: certificateTimes)
  func readsTimesOfCertificates(text: String, seconds: Int?) {
    #expect(Timestamp(certificateTime: text)?.seconds == seconds)
  }

  @Test func isShownAsDay() {
    #expect(Timestamp(seconds: Self.moment).day == "1994-11-06")
    #expect(Timestamp(seconds: 0).day == "1970-01-01")
  }
}
