import HTTP
import Synchronization
import TestSupport
import Testing

@testable import OCIRegistry

@Suite struct RetryingTransportTests {
  struct Case: CustomTestStringConvertible {
    let testDescription: String
    var method = HTTPRequest.Method.get
    let answers: [ScriptedTransport.Answer]
    /// Of the last answer.
    let status: Int
    var waits: [Duration] = []
  }

  private static let reset = TransportError.cut(host: "r", reason: "reset")

  static let cases: [Case] = [
    Case(testDescription: "an answer is handed on at once", answers: [.status(404)], status: 404),
    Case(
      testDescription: "the server says how long",
      answers: [.status(429, ["Retry-After": "7"]), .status(200)],
      status: 200,
      waits: [.seconds(7)]
    ),
    Case(testDescription: "hours are not waited for", answers: [.status(429, ["Retry-After": "7200"])], status: 429),
    Case(
      testDescription: "nor for longer than can be counted",
      answers: [.status(429, ["Retry-After": "99999999999999999999999999"])],
      status: 429
    ),
    Case(
      testDescription: "text that is no number and no date is ignored",
      answers: [.status(429, ["Retry-After": "-7"]), .status(429, ["Retry-After": "soon"]), .status(200)],
      status: 200,
      waits: [.milliseconds(200), .milliseconds(400)]
    ),
    Case(
      testDescription: "the server says until when",
      answers: [.status(503, ["Retry-After": "Fri, 31 Dec 1999 23:59:59 GMT"]), .status(200)],
      status: 200,
      waits: [.seconds(7)]
    ),
    Case(
      testDescription: "also in the obsolete forms of a date",
      answers: [
        .status(503, ["Retry-After": "Friday, 31-Dec-99 23:59:59 GMT"]),
        .status(503, ["Retry-After": "Fri Dec 31 23:59:59 1999"]), .status(200),
      ],
      status: 200,
      waits: [.seconds(7), .seconds(7)]
    ),
    Case(
      testDescription: "a date in the past is not waited for",
      answers: [.status(503, ["Retry-After": "Fri, 31 Dec 1999 23:59:00 GMT"]), .status(200)],
      status: 200,
      waits: [.milliseconds(200)]
    ),
    Case(
      testDescription: "five answers are enough, and waits double",
      method: .put,
      answers: Array(repeating: .status(503), count: 5),
      status: 503,
      waits: [.milliseconds(200), .milliseconds(400), .milliseconds(800), .milliseconds(1600)]
    ),
    Case(
      testDescription: "after a broken connection the request is sent again",
      answers: [.failure(reset), .status(502), .status(200)],
      status: 200,
      waits: [.milliseconds(200), .milliseconds(400)]
    ),
    Case(testDescription: "an upload is started once", method: .post, answers: [.status(503)], status: 503),
    Case(testDescription: "a refusal is final", answers: [.status(401)], status: 401),
  ]

  @Test(arguments: cases)
  func retries(_ expected: Case) async throws {
    let clock = StoppedClock()
    let scripted = ScriptedTransport(expected.answers)
    let response = try await transport(scripted, clock).send(HTTPRequest(expected.method, "https://r/v2/"))
    #expect(response.status == expected.status)
    #expect(clock.waits == expected.waits)
    #expect(scripted.requests.count == expected.answers.count)
  }

  static let permanent: [(error: TransportError, method: HTTPRequest.Method, sent: Int)] = [
    (.untrusted(host: "r", .expired), .get, 1),
    (.unknownHost("r"), .get, 1),
    (reset, .post, 1),
    (reset, .get, 5),
  ]

  @Test(arguments: permanent)
  func throwsWhatIsNotTransient(error: TransportError, method: HTTPRequest.Method, sent: Int) async {
    let scripted = ScriptedTransport(Array(repeating: .failure(error), count: sent))
    await #expect(throws: error) {
      try await transport(scripted, StoppedClock()).send(HTTPRequest(method, "https://r/v2/"))
    }
    #expect(scripted.requests.count == sent)
  }

  @Test func saysWhatIsWaitedForBeforeItWaits() async throws {
    let told = Mutex<[RegistryEvent]>([])
    var transport = transport(ScriptedTransport([.status(503), .status(200)]), StoppedClock())
    transport.onEvent = { event in told.withLock { $0.append(event) } }
    _ = try await transport.send(HTTPRequest(.get, "https://r/v2/"))
    let events = told.withLock { $0 }
    #expect(events.count == 1)
    guard case .retrying("r", .status(503), wait: .milliseconds(200)) = events.first else {
      Issue.record("\(events)")
      return
    }
  }

  /// Clients that failed together must not come back together.
  @Test func waitsAreSpreadOverHalfTheTime() {
    #expect(RetryPolicy(random: { $0.lowerBound }).backOff(attempt: 3) == .milliseconds(400))
    #expect(RetryPolicy(random: { $0.upperBound }).backOff(attempt: 3) == .milliseconds(800))
    #expect(RetryPolicy(random: { $0.upperBound }).backOff(attempt: 30) == .seconds(60))
  }

  private func transport(_ base: ScriptedTransport, _ clock: StoppedClock) -> RetryingTransport {
    // Fri, 31 Dec 1999 23:59:52 GMT
    let policy = RetryPolicy(random: { $0.upperBound }, now: { Timestamp(seconds: 946_684_792) })
    return RetryingTransport(base: base, policy: policy, clock: clock)
  }
}
