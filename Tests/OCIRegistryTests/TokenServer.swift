import HTTP
import Synchronization
import TestSupport

/// A registry at r.example with its token server at t.example, whose tokens are t1, t2…; only the newest is good.
final class TokenServer: Sendable {
  private struct State {
    var tokenRequests = 0
    var refusals = 0
    var good: String?
  }

  private let state = Mutex(State())
  private let challenge: String
  private let lifetime: Int
  private let refusalsBeforeToken: Int

  /// - Parameters:
  ///   - lifetime: Of a token, in seconds.
  ///   - refusalsBeforeToken: No token is given before the registry has refused so many requests.
  init(_ challenge: String, lifetime: Int = 300, refusalsBeforeToken: Int = 0) {
    (self.challenge, self.lifetime, self.refusalsBeforeToken) = (challenge, lifetime, refusalsBeforeToken)
  }

  var tokenRequests: Int { state.withLock(\.tokenRequests) }

  /// From now on the registry refuses the token that was given last.
  func forget() { state.withLock { $0.good = nil } }

  func answer(_ request: HTTPRequest) async -> ScriptedTransport.Answer {
    if request.url.hasPrefix("https://t.example/") { return await token() }
    return state.withLock { state in
      if let good = state.good, request.fields["Authorization"] == "Bearer \(good)" { return .status(200) }
      state.refusals += 1
      return .status(401, ["WWW-Authenticate": challenge])
    }
  }

  private func token() async -> ScriptedTransport.Answer {
    while state.withLock(\.refusals) < refusalsBeforeToken { await Task.yield() }
    let token = state.withLock { state in
      state.tokenRequests += 1
      state.good = "t\(state.tokenRequests)"
      return "t\(state.tokenRequests)"
    }
    return .status(200, body: #"{"token":"\#(token)","expires_in":\#(lifetime)}"#)
  }
}
