import DockerConfig
import HTTP

/// Sends requests to one registry, each with the scopes that it needs.
protocol RegistryTransport: Sendable {
  /// - Parameter scopes: Of the repository that the request is for, first, and of those that it takes blobs from.
  /// - Throws: `Refusal` if the registry refused the request; `TransportError`, `RegistryError`.
  func send(_ request: HTTPRequest, needing scopes: [Scope]) async throws -> HTTPResponse
}

/// Authenticates to one registry, once that asks for it: the first request goes without authorization, for it may need
/// none, and the response to it says which. Where a credential is stored, the other requests wait for that response.
///
/// The one place that adds `Authorization`, and only to requests to the registry's own origin.
struct AuthenticatingTransport: RegistryTransport {
  let base: any HTTPTransport
  let authorizer: Authorizer
  /// True if a URL is the registry's own, in the scheme in which the registry is spoken to.
  let isOwn: @Sendable (_ url: String) async -> Bool

  func send(_ request: HTTPRequest, needing scopes: [Scope]) async throws -> HTTPResponse {
    guard await isOwn(request.url) else { return try await sendElsewhere(request) }
    var sent = try await authorizer.authorization(for: scopes, base)
    var (response, challenges) = try await firstAnswer(to: request, sent)
    let mayBeHidden = [403, 404].contains(response.status) && sent == nil && !challenges.isEmpty
    if response.status == 401 || mayBeHidden {
      let better = try await authorizer.authorization(for: scopes, insteadOf: sent, challenges, base)
      // A second refusal is final, not a reason to ask again.
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

  /// The response, and what the registry requires. Some registries hide from strangers what they may not see (403, or 404 as
  /// if it did not exist), and only their API's base says how to authenticate: it is asked where a credential is stored.
  private func firstAnswer(
    to request: HTTPRequest,
    _ sent: Authorization?
  ) async throws -> (HTTPResponse, [Challenge]) {
    let response: HTTPResponse
    do { response = try await send(request, sent) } catch {
      await authorizer.firstRequestFailed(error)
      throw error
    }
    var challenges = Challenge.all(in: response)
    var isRequired = response.status == 401
    if sent == nil, challenges.isEmpty, [401, 403, 404].contains(response.status) {
      challenges = try await authorizer.challengesOfAPI(base)
      isRequired = true
    }
    await authorizer.registryAnswered(isRequired ? challenges : [])
    return (response, challenges)
  }

  /// Another host, such as a storage service, authenticates by the URL itself, or not at all.
  private func sendElsewhere(_ request: HTTPRequest) async throws -> HTTPResponse {
    var request = request.with(nil)
    request.tls.mayHaveClient = false
    let response = try await base.send(request)
    try response.checkNotRefused(elsewhere: request.url, from: authorizer.registry.host)
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
