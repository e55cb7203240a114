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
  /// - Returns: Its response, or the response to another request that is also the one to this: it refused the password, or no
  ///   request, while this one waited.
  /// - Throws: What `request` throws, or what the request threw that was waited for, if this one would fail in the same way;
  ///   `CancellationError` if the task is cancelled while it waits.
  func send(_ request: @Sendable () async throws -> HTTPResponse) async throws -> HTTPResponse {
    do { while case .beingTried = state { try await queue.wait() } } catch let shared as SharedResponse {
      return shared.response
    }
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
      if response.status == 401 {
        settle(.refused(response))
      } else if response.isOfWholeServer {
        // They must not try again one after the other, with pauses.
        settle(.unknown, throwing: SharedResponse(response: response))
      } else {
        settle(response.showsAcceptance ? .accepted : .unknown)
      }
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

/// For the requests that wait for this response.
private struct SharedResponse: Error {
  let response: HTTPResponse
}

extension HTTPResponse {
  /// True if the server answers no request now, after all attempts: there are too many, or it cannot be reached from its
  /// gateway.
  fileprivate var isOfWholeServer: Bool { isRateLimited || [502, 503, 504].contains(status) }

  /// False if a proxy may have answered, or if the password may have been refused: some token servers do so with 403. The
  /// others, even "not found", come after the password was checked, or from a server that checks none now.
  fileprivate var showsAcceptance: Bool { ![403, 407, 408].contains(status) }
}
