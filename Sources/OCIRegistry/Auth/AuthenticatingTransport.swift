import DockerConfig
import HTTP

/// Sends requests to one registry, each with the scopes that it needs.
protocol RegistryTransport: Sendable {
  /// - Parameter scopes: Of the repository that the request is for, first, and of those that it takes blobs from.
  /// - Throws: `Refusal` if the registry refused the request; `TransportError`, `RegistryError`.
  func send(_ request: HTTPRequest, needing scopes: [Scope]) async throws -> HTTPResponse
}

/// Authenticates to one registry, once that asks for it: the first request goes without authorization, for it may need
/// none, and the answer to it says which.
///
/// The one place that adds `Authorization`, and only to requests to the registry's own origin.
struct AuthenticatingTransport: RegistryTransport {
  let base: any HTTPTransport
  let authorizer: Authorizer
  /// True if a URL is the registry's own, in the scheme in which the registry is spoken to.
  let isOwn: @Sendable (_ url: String) async -> Bool

  func send(_ request: HTTPRequest, needing scopes: [Scope]) async throws -> HTTPResponse {
    guard await isOwn(request.url) else { return try await sendElsewhere(request) }
    var sent = await authorizer.authorization(for: scopes)
    var response = try await send(request, sent)
    var challenges = Challenge.all(in: response)
    if response.status == 401 {
      let better = try await authorizer.authorization(for: scopes, insteadOf: sent, challenges, base)
      // A second refusal is the answer, not a reason to ask again.
      if let better, better != sent {
        response = try await send(request, better)
        challenges = Challenge.all(in: response)
        sent = better
      }
    }
    guard response.isRefusal else { return response }
    throw Refusal(
      status: response.status,
      sent: sent?.scheme,
      offered: challenges.map(\.scheme),
      credential: try await authorizer.found(),
      details: RegistryError.Detail.all(in: response),
      page: RegistryError.WebPage(response)
    )
  }

  /// Another host, such as a storage service, authenticates by the URL itself, or not at all.
  private func sendElsewhere(_ request: HTTPRequest) async throws -> HTTPResponse {
    let response = try await base.send(request.with(nil))
    try response.checkNotRefused(elsewhere: request.url)
    return response
  }

  private func send(_ request: HTTPRequest, _ authorization: Authorization?) async throws -> HTTPResponse {
    let request = request.with(authorization)
    // A token needs no gate: the token server has seen the password.
    guard authorization?.scheme == .basic else { return try await base.send(request) }
    return try await authorizer.gate.send { [base] in try await base.send(request) }
  }
}

extension HTTPRequest {
  fileprivate func with(_ authorization: Authorization?) -> HTTPRequest {
    var request = self
    request.fields["Authorization"] = authorization?.fieldValue
    return request
  }
}
