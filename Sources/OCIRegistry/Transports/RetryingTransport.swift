import HTTP

/// Sends a request again after a transient error of the server or the network.
///
/// Only what RFC 9110 §9.2.2 calls idempotent is sent again. Putting a manifest is: the same bytes get the same name.
/// Starting an upload (POST) is not: it would leave a second session behind.
struct RetryingTransport: HTTPTransport {
  let base: any HTTPTransport
  var policy = RetryPolicy()
  let clock: any Clock<Duration>
  /// Called before each wait, so that a person sees what is being waited for, and how long.
  var onEvent: @Sendable (RegistryEvent) -> Void = { _ in }

  func send(_ request: HTTPRequest) async throws -> HTTPResponse {
    for attempt in 1..<policy.attempts where request.method.isIdempotent {
      let (wait, reason): (Duration, RegistryEvent.RetryReason)
      do {
        let response = try await base.send(request)
        guard let asked = policy.wait(afterStatus: response, attempt: attempt) else { return response }
        (wait, reason) = (asked, .status(response.status))
      } catch let error as TransportError where error.isTransient {
        (wait, reason) = (policy.backOff(attempt: attempt), .transport(error))
      }
      onEvent(.retrying(host: Origin(url: request.url)?.description ?? redacted(request.url), reason, wait: wait))
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
  /// A registry may ask for hours (`Retry-After`); a person at a prompt or a CI job gets an error immediately instead.
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

  /// Statuses of transient errors.
  static let transientStatuses: Set<Int> = [408, 429, 500, 502, 503, 504]

  /// Nil where the response is to be handed on as it is.
  func wait(afterStatus response: HTTPResponse, attempt: Int) -> Duration? {
    guard Self.transientStatuses.contains(response.status) else { return nil }
    guard let asked = response.retryAfter else { return backOff(attempt: attempt) }
    return asked <= longestWait ? max(asked, backOff(attempt: attempt)) : nil
  }

  /// 200, 400, 800 ms… each at random between half and all of it: clients that failed together do not return together.
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
