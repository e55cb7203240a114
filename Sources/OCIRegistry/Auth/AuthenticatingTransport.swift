import DockerConfig
import HTTP

/// Proves to one registry who is asking, once the registry wants to know: the first request goes as it is, for it may
/// need no proof, and its answer says which.
struct AuthenticatingTransport: HTTPTransport {
  let base: any HTTPTransport
  let authorizer: Authorizer

  func send(_ request: HTTPRequest) async throws -> HTTPResponse {
    let authorization = await authorizer.authorization()
    let response = try await base.send(request.with(authorization))
    guard response.status == 401 else { return response }
    let better = try await authorizer.authorization(after: authorization, Challenge.all(in: response))
    // A second refusal is the answer, not a reason to ask again.
    guard let better, better != authorization else { return response }
    return try await base.send(request.with(better))
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
