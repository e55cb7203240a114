import HTTP
import Testing

@Suite struct TransportErrorTests {
  static let all: [(error: TransportError, isTransient: Bool)] = [
    (.cannotConnect(host: "r:5000", reason: "refused"), true),
    (.timedOut(host: "r:5000", reason: "30 s"), false),
    (.cut(host: "r:5000", reason: "reset"), true),
    (.unknownHost("r:5000"), false),
    (.untrusted(host: "r:5000", .expired), false),
    (.notTLS(host: "r:5000"), false),
    (.tls(host: "r:5000", reason: "no cipher"), false),
    (.tooLarge(host: "r:5000", limit: 4 << 20), false),
    (.other(host: "r:5000", reason: "odd"), false),
  ]

  @Test(arguments: all)
  func namesTheHostAndKnowsWhetherARetryMayHelp(error: TransportError, isTransient: Bool) {
    #expect(error.isTransient == isTransient)
    #expect(error.description.contains("r:5000"))
  }
}
