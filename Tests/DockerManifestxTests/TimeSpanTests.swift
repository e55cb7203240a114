import Testing

@testable import docker_manifestx

@Suite struct TimeSpanTests {
  static let spans: [(text: String, duration: Duration?)] = [
    ("30s", .seconds(30)), ("1m30s", .seconds(90)), ("500ms", .milliseconds(500)), ("1.5h", .seconds(5400)),
    ("8192h", .seconds(8192 * 3600)), ("0s1s", .seconds(1)),
    // Zero.
    ("0s", nil), ("0.00000000000000000000001s", nil), ("", nil),
    // More than a year, and more than a `Duration` holds.
    ("8784h", nil), ("999999999999999999999999999999s", nil), ("9999999999999999999h", nil), ("5000h5000h", nil),
    // Not durations.
    ("1e400s", nil), ("-1s", nil), ("+1s", nil), ("nan", nil), ("nans", nil), ("inf", nil), ("infs", nil), ("5", nil),
    ("s", nil), (".s", nil), ("1.2.3s", nil), ("1 s", nil), ("1d", nil), ("\u{0661}s", nil), ("0x10s", nil),
  ]

  @Test(arguments: spans)
  func durationsAreReadAsInGo(text: String, duration: Duration?) {
    #expect(TimeSpan(argument: text)?.duration == duration)
  }
}
