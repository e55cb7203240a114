import HTTP

/// Lets one request go ahead with a password that the registry has not accepted yet; the others wait for what becomes of
/// it. Sent once for each image, a wrong password would lock the account.
///
/// Where several requests are in flight this costs a round trip: the first of them cannot have its answer sooner.
actor PasswordProof {
  private enum State {
    case unknown, beingProved, accepted
    case refused(HTTPResponse)
  }

  private var state = State.unknown
  private var waiting: [CheckedContinuation<Void, Never>] = []

  /// - Parameter request: Sends a request with the password.
  /// - Returns: Its answer, or, where the password was refused before, the answer that said so.
  func send(_ request: @Sendable () async throws -> HTTPResponse) async throws -> HTTPResponse {
    while case .beingProved = state { await withCheckedContinuation { waiting.append($0) } }
    switch state {
    case .accepted: return try await request()
    case .refused(let response): return response
    case .unknown, .beingProved: return try await prove(request)
    }
  }

  private func prove(_ request: @Sendable () async throws -> HTTPResponse) async throws -> HTTPResponse {
    state = .beingProved
    do {
      let response = try await request()
      // Every other answer, also that this is forbidden or not there, comes after the password was looked at, or from a
      // server that looks at none now.
      settle(response.status == 401 ? .refused(response) : .accepted)
      return response
    } catch {
      // Whoever is told to stop has found out nothing, and the next one tries. Otherwise none waits for the time limit
      // of the one before it.
      settle(Task.isCancelled ? .unknown : .accepted)
      throw error
    }
  }

  private func settle(_ state: State) {
    self.state = state
    for continuation in waiting { continuation.resume() }
    waiting = []
  }
}
