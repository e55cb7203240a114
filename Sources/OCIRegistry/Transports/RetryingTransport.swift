import HTTP

/// Sends a request again when the server or the line had a bad moment.
///
/// Only what RFC 9110 §9.2.2 calls idempotent is sent again. Putting a manifest is: the same bytes get the same name.
/// Starting an upload (POST) is not: it would leave a second session behind.
package struct RetryingTransport<Time: Clock<Duration>>: HTTPTransport {
  let base: any HTTPTransport
  var policy = RetryPolicy()
  let clock: Time
  /// Told before each wait, so that a person sees what is being waited for, and how long.
  var onWait: @Sendable (HTTPRequest, _ reason: String, Duration) -> Void = { _, _, _ in }

  package func send(_ request: HTTPRequest) async throws -> HTTPResponse {
    for attempt in 1..<policy.attempts where request.method.isIdempotent {
      let (wait, reason): (Duration, String)
      do {
        let response = try await base.send(request)
        guard let asked = policy.wait(afterStatus: response, attempt: attempt) else { return response }
        (wait, reason) = (asked, "it answered \(response.status)")
      } catch let error as TransportError where error.isTransient {
        (wait, reason) = (policy.backOff(attempt: attempt), "\(error)")
      }
      onWait(request, reason, wait)
      try await clock.sleep(for: wait)
    }
    return try await base.send(request)
  }
}

/// How often, and after how long.
package struct RetryPolicy: Sendable {
  /// The first one included.
  var attempts: Int
  var firstWait = Duration.milliseconds(200)
  /// A registry may ask for hours (`Retry-After`); a person at a prompt or a CI job is better told so at once.
  var longestWait: Duration
  var random: @Sendable (ClosedRange<Double>) -> Double

  package init(
    attempts: Int = 5,
    longestWait: Duration = .seconds(60),
    random: @escaping @Sendable (ClosedRange<Double>) -> Double = { .random(in: $0) }
  ) {
    self.attempts = attempts
    self.longestWait = longestWait
    self.random = random
  }

  /// What a server answers when it had a bad moment.
  static let transientStatuses: Set<Int> = [408, 429, 500, 502, 503, 504]

  /// Nil where the response is to be handed on as it is.
  func wait(afterStatus response: HTTPResponse, attempt: Int) -> Duration? {
    guard Self.transientStatuses.contains(response.status) else { return nil }
    guard let asked = response.retryAfter else { return backOff(attempt: attempt) }
    return asked <= longestWait ? max(asked, backOff(attempt: attempt)) : nil
  }

  /// 200, 400, 800 ms… each anywhere between its half and its whole: clients that failed together do not return together.
  func backOff(attempt: Int) -> Duration {
    min(firstWait * (1 << (attempt - 1)), longestWait) * random(0.5...1)
  }
}

extension HTTPRequest.Method {
  fileprivate var isIdempotent: Bool {
    switch self {
    case .get, .head, .put, .delete: true
    case .post, .patch: false
    }
  }
}
