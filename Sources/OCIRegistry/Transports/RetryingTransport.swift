import HTTP

/// Sends a request again after a transient error of the server or the network.
///
/// One that is not repeatable is sent again only where the server has not looked at it, because there were too many requests.
struct RetryingTransport: HTTPTransport {
  let base: any HTTPTransport
  var backOff: BackOff

  func send(_ request: HTTPRequest) async throws -> HTTPResponse {
    for attempt in 1..<backOff.policy.attempts {
      let (wait, reason): (Duration, RegistryEvent.RetryReason)
      do {
        let response = try await base.send(request)
        guard request.isRepeatable || response.isRateLimited,
          let asked = backOff.policy.wait(afterStatus: response, attempt: attempt)
        else { return response }
        (wait, reason) = (asked, .status(response.status))
      } catch let error as TransportError where error.isTransient && request.isRepeatable {
        (wait, reason) = (backOff.policy.backOff(attempt: attempt), .transport(error))
      }
      try await backOff.sleep(for: wait, request.method, request.url, reason)
    }
    var last = try await base.send(request)
    // The time that it asks for is not the reason for giving up.
    if backOff.policy.wait(afterStatus: last, attempt: backOff.policy.attempts) != nil { last.retryAfter = nil }
    return last
  }
}

/// Waits before something is tried again, and says so.
struct BackOff: Sendable {
  var policy = RetryPolicy()
  let clock: any Clock<Duration>
  /// Called before each wait, so that a person sees what is being waited for, and how long.
  var onEvent: @Sendable (RegistryEvent) -> Void = { _ in }

  /// - Parameters:
  ///   - method: Of the request that will be sent again, as is the URL.
  func sleep(
    for wait: Duration,
    _ method: HTTPRequest.Method,
    _ url: String,
    _ reason: RegistryEvent.RetryReason
  ) async throws {
    onEvent(.retrying("\(method.rawValue) \(place(url))", reason, wait: wait))
    try await clock.sleep(for: wait)
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

  /// Where there were too many requests, and the registry names no time.
  private static let waitAfterTooMany = Duration.seconds(1)

  /// What GitHub asks for after its secondary rate limit (403), where it names no time.
  private static let waitAfterRefusal = Duration.seconds(60)

  /// Nil where the response is to be handed on as it is.
  func wait(afterStatus response: HTTPResponse, attempt: Int) -> Duration? {
    guard Self.transientStatuses.contains(response.status) || response.isRateLimited else { return nil }
    // Many requests are refused together then, and should not return together.
    let usual = response.status == 429 ? backOff(from: Self.waitAfterTooMany, attempt) : backOff(attempt: attempt)
    let isRefused = response.status == 403
    guard let asked = response.retryAfter ?? (isRefused ? Self.waitAfterRefusal : nil) else { return usual }
    return asked <= longestWait ? max(asked, usual) : nil
  }

  /// 200, 400, 800 ms… each at random between half and all of it: clients that failed together do not return together.
  func backOff(attempt: Int) -> Duration { backOff(from: firstWait, attempt) }

  private func backOff(from first: Duration, _ attempt: Int) -> Duration {
    min(first * (1 << (attempt - 1)), longestWait) * random(0.5...1)
  }
}
