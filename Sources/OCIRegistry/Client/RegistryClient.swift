import HTTP
import OCI

/// Speaks with one registry.
///
/// Distribution spec: https://github.com/opencontainers/distribution-spec/blob/main/spec.md
package struct RegistryClient: Sendable {
  let registry: Registry
  let transport: any HTTPTransport
  let endpoint: EndpointTransport
  let authorizer: Authorizer

  /// Sends, and turns every way of failing that does not depend on what was asked into a `RegistryError`.
  ///
  /// - Parameter what: What is being done, for a message: "pushing to test/app".
  func send(_ request: HTTPRequest, _ what: String) async throws -> HTTPResponse {
    let response: HTTPResponse
    do { response = try await transport.send(request) } catch TransportError.tooLarge(let host, let limit) {
      throw RegistryError.tooLarge(what: what, host: host, limit: limit)
    } catch let error as TransportError {
      throw RegistryError.transport(error, registry: registry.host, isInsecure: await endpoint.reason != nil)
    }
    guard response.status == 401 || response.status == 403 else { return response }
    let found = try await authorizer.found()
    let details = RegistryError.Detail.all(in: response)
    let schemes = Challenge.all(in: response).map(\.scheme)
    let isBasic = schemes.contains("basic")
    let isLogInMissing = found.credential == .anonymous && (isBasic || schemes.isEmpty)
    if await !authorizer.hasAnswered, !isLogInMissing {
      let question = RegistryError.Question(status: response.status, schemes: schemes)
      throw RegistryError.unanswered(question, registry: registry.host, found, what: what, details)
    }
    if found.credential == .anonymous { throw RegistryError.refused(registry: registry.host, found, details) }
    // Without a token server in between, a credential that the registry does not know shows here.
    if response.status == 401, isBasic { throw RegistryError.refused(registry: registry.host, found, details) }
    throw RegistryError.denied(registry: registry.host, found, what: what, details)
  }

  func url(_ repository: Repository, _ path: String) -> String {
    EndpointTransport.url(registry, "/v2/\(repository.path)/\(path)")
  }
}
