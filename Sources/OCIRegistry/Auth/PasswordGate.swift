import HTTP

/// Lets one request go first with a password that has not been accepted yet; the others wait for its response. If a wrong
/// password were sent once for each image, the account would be locked.
///
/// Where several requests are in flight this costs a round trip: the first of them cannot have its response sooner.
actor PasswordGate {
  private enum State {
    case unknown, beingTried, accepted
    case refused(HTTPResponse)
  }

  private var state = State.unknown
  private let queue = WaitQueue()

  /// - Parameter request: Sends a request with the password.
  /// - Returns: Its response, or, where the password was refused before, the response that refused it.
  /// - Throws: What `request` throws; `CancellationError` if the task is cancelled while it waits.
  func send(_ request: @Sendable () async throws -> HTTPResponse) async throws -> HTTPResponse {
    while case .beingTried = state { try await queue.wait() }
    switch state {
    case .accepted: return try await request()
    case .refused(let response): return response
    case .unknown, .beingTried: return try await tryPassword(request)
    }
  }

  private func tryPassword(_ request: @Sendable () async throws -> HTTPResponse) async throws -> HTTPResponse {
    state = .beingTried
    do {
      let response = try await request()
      // Any other response, even "forbidden" or "not found", comes after the password was checked, or from a server that
      // checks none now.
      settle(response.status == 401 ? .refused(response) : .accepted)
      return response
    } catch {
      // A cancelled request has found out nothing, and the next one tries. After other errors all go at once: they must not
      // wait for one time limit after the other.
      settle(Task.isCancelled ? .unknown : .accepted)
      throw error
    }
  }

  private func settle(_ state: State) {
    self.state = state
    queue.wakeAll()
  }
}
