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
  /// How many requests wait for the response of another one.
  nonisolated var waitingCount: Int { queue.count }

  /// - Parameter request: Sends a request with the password.
  /// - Returns: Its response, or, where the password was refused before, the response that refused it.
  /// - Throws: What `request` throws, or what the request threw that was waited for, if this one would fail in the same way;
  ///   `CancellationError` if the task is cancelled while it waits.
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
      settle(response.status == 401 ? .refused(response) : response.showsAcceptance ? .accepted : .unknown)
      return response
    } catch {
      // Nothing is known of the password, and the next one tries. If there is no connection, the others get the same error:
      // they must not wait for a time limit each.
      let isShared = !Task.isCancelled && (error as? TransportError)?.isOfHost == true
      settle(.unknown, throwing: isShared ? error : nil)
      throw error
    }
  }

  private func settle(_ state: State, throwing error: (any Error)? = nil) {
    self.state = state
    queue.wakeAll(throwing: error)
  }
}

extension HTTPResponse {
  /// False if the server may not have looked at the password (429 and errors of the server or of a proxy), or may have refused
  /// it: some token servers do so with 403. The others, even "not found", come after the password was checked, or from a
  /// server that checks none now.
  fileprivate var showsAcceptance: Bool { status < 500 && ![401, 403, 407, 408, 429].contains(status) }
}
