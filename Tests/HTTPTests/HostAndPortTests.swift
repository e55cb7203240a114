import HTTP
import Testing

@Suite struct HostAndPortTests {
  static let cases: [(text: String, host: String, port: String?, name: String)] = [
    ("r.example", "r.example", nil, "r.example"),
    ("R.example:5000", "R.example", "5000", "R.example"),
    ("r.example:", "r.example", "", "r.example"),
    ("r.example:x", "r.example", "x", "r.example"),
    ("[::1]", "[::1]", nil, "::1"),
    ("[::1]:5000", "[::1]", "5000", "::1"),
    (":5000", "", "5000", ""),
    ("", "", nil, ""),
  ]

  @Test(arguments: cases)
  func splitsAtTheColonBeforeThePort(text: String, host: String, port: String?, name: String) {
    let split = HostAndPort(text)
    #expect(split.host == host)
    #expect(split.port == port)
    #expect(split.name == name)
  }
}
