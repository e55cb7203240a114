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

  private static let limit = #"{"message":"You have exceeded a secondary rate limit."}"#

  static let cases: [Case] = [
    Case(testDescription: "an answer is handed on at once", answers: [.status(404)], status: 404),
    Case(
      testDescription: "waits as long as the server asks",
      answers: [.status(429, retryAfter: .seconds(7)), .status(503, retryAfter: .seconds(60)), .status(200)],
      status: 200,
      waits: [.seconds(7), .seconds(60)]
    ),
    Case(
      testDescription: "does not wait for longer than the limit",
      answers: [.status(429, retryAfter: .seconds(61))],
      status: 429
    ),
    Case(
      testDescription: "after too many requests, waits are longer",
      answers: [.status(429, retryAfter: .zero), .status(429), .status(200)],
      status: 200,
      waits: [.seconds(1), .seconds(2)]
    ),
    Case(
      testDescription: "never waits for less than the usual time",
      answers: [.status(503), .status(503), .status(503), .status(503, retryAfter: .seconds(1)), .status(200)],
      status: 200,
      waits: [.milliseconds(200), .milliseconds(400), .milliseconds(800), .milliseconds(1600)]
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
    Case(
      testDescription: "what was too much for the server was not begun",
      method: .post,
      answers: [.status(429), .status(503, ["Retry-After": "7"], retryAfter: .seconds(7)), .status(202)],
      status: 202,
      waits: [.seconds(1), .seconds(7)]
    ),
    Case(
      testDescription: "a limit that looks like a refusal",
      answers: [.status(403, body: limit), .status(403, body: limit, retryAfter: .seconds(7)), .status(200)],
      status: 200,
      waits: [.seconds(60), .seconds(7)]
    ),
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

  /// Only then does a longer limit help.
  @Test(arguments: [(61, false), (60, true), (0, true)])
  func saysWhetherTheTimeThatAServerAsksForIsTheReason(seconds: Int, isTriedAgain: Bool) async throws {
    let busy = ScriptedTransport.Answer.status(429, ["Retry-After": "\(seconds)"], retryAfter: .seconds(seconds))
    let scripted = ScriptedTransport(Array(repeating: busy, count: isTriedAgain ? 5 : 1))
    let response = try await transport(scripted, StoppedClock()).send(HTTPRequest(.get, "https://r/v2/"))
    #expect(response.retryAfter == (isTriedAgain ? nil : .seconds(seconds)))
    #expect(response.fields["Retry-After"] == "\(seconds)")
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
    let received = Mutex<[RegistryEvent]>([])
    var transport = transport(ScriptedTransport([.status(503), .status(200)]), StoppedClock())
    transport.backOff.onEvent = { event in received.withLock { $0.append(event) } }
    _ = try await transport.send(HTTPRequest(.get, "https://me:secret@r/v2/?secret=x"))
    let events = received.withLock { $0 }
    #expect(events.count == 1)
    guard case .retrying("GET r/v2/?secret=…", .status(503), wait: .milliseconds(200)) = events.first else {
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
    RetryingTransport(base: base, backOff: BackOff(policy: RetryPolicy(random: { $0.upperBound }), clock: clock))
  }
}
