import HTTP

/// Sends fewer requests at a time to a server that has had too many: each 429 halves the number in flight.
///
/// The responses to requests that were in flight together halve it once, not once each.
///
/// Streamed requests are not counted: an upload waits for the download that it is fed by, which may come from the same host.
actor ThrottlingTransport: HTTPTransport {
  private let base: any HTTPTransport
  private var limit = Int.max
  private var inFlight = 0
  /// How often the limit was halved.
  private var halvings = 0
  private let queue = WaitQueue()

  init(base: any HTTPTransport) { self.base = base }

  func send(_ request: HTTPRequest) async throws -> HTTPResponse {
    if request.isStreamed { return try await base.send(request) }
    while inFlight >= limit { try await queue.wait() }
    inFlight += 1
    defer { leave() }
    let halvingsBefore = halvings
    let response = try await base.send(request)
    if response.status == 429, halvings == halvingsBefore {
      // What is in flight here may wait for a connection; without HTTP/2 no more than these are in flight to the server.
      let isMultiplexed = response.metrics.version == "HTTP/2"
      limit = max(1, (isMultiplexed ? inFlight : min(inFlight, maxConnectionsPerHost)) / 2)
      halvings += 1
    }
    return response
  }

  private func leave() {
    inFlight -= 1
    // All of them look again: more than one place may be free.
    queue.wakeAll()
  }
}
