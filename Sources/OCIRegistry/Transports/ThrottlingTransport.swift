import HTTP

/// Sends fewer requests at a time to a server that has had too many: each answer 429 halves the number in flight.
///
/// Requests that were on their way together count as one lesson, not as one for each.
actor ThrottlingTransport: HTTPTransport {
  private let base: any HTTPTransport
  private var limit = Int.max
  private var inFlight = 0
  /// How often the limit was halved.
  private var lessons = 0
  private var waiting: [CheckedContinuation<Void, Never>] = []

  init(base: any HTTPTransport) { self.base = base }

  func send(_ request: HTTPRequest) async throws -> HTTPResponse {
    while inFlight >= limit { await withCheckedContinuation { waiting.append($0) } }
    inFlight += 1
    defer { leave() }
    let known = lessons
    let response = try await base.send(request)
    if response.status == 429, known == lessons {
      // What is in flight here may wait for a connection; without HTTP/2 no more than these are in flight to the server.
      let isMultiplexed = response.metrics.version == "HTTP/2"
      limit = max(1, (isMultiplexed ? inFlight : min(inFlight, maxConnectionsPerHost)) / 2)
      lessons += 1
    }
    return response
  }

  private func leave() {
    inFlight -= 1
    // All of them look again: more than one place may be free.
    for continuation in waiting { continuation.resume() }
    waiting = []
  }
}
