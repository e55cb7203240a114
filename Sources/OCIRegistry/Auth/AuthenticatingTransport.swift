import DockerConfig
import HTTP

/// Proves to one registry who is asking, once the registry wants to know: the first request goes as it is, for it may
/// need no proof, and its answer says which.
struct AuthenticatingTransport: HTTPTransport {
  let base: any HTTPTransport
  let authorizer: Authorizer
  private let proof = PasswordProof()

  init(base: any HTTPTransport, authorizer: Authorizer) {
    self.base = base
    self.authorizer = authorizer
  }

  func send(_ request: HTTPRequest) async throws -> HTTPResponse {
    let authorization = await authorizer.authorization()
    let response = try await send(request, authorization)
    guard response.status == 401 else { return response }
    let better = try await authorizer.authorization(after: authorization, Challenge.all(in: response))
    // A second refusal is the answer, not a reason to ask again.
    guard let better, better != authorization else { return response }
    return try await send(request, better)
  }

  private func send(_ request: HTTPRequest, _ authorization: Secret?) async throws -> HTTPResponse {
    let request = request.with(authorization)
    // A token is proof of itself: the token server has seen the password.
    guard authorization?.revealed.hasPrefix("Basic ") ?? false else { return try await base.send(request) }
    return try await proof.send { [base] in try await base.send(request) }
  }
}

extension HTTPRequest {
  fileprivate func with(_ authorization: Secret?) -> HTTPRequest {
    guard let authorization else { return self }
    var request = self
    request.fields["Authorization"] = authorization.revealed
    return request
  }
}
