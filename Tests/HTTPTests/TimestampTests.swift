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
    ("now", nil),
    ("", nil),
  ]

  @Test(arguments: moments)
  func readsRFC3339(text: String, seconds: Int?) {
    #expect(Timestamp(rfc3339: text)?.seconds == seconds)
  }
}
