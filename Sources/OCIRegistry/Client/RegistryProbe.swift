import DockerConfig
import HTTP
import OCI

/// Finds out how a registry is spoken to, one step at a time, with the parts that all requests use. Nothing is written: it sends
/// GET and HEAD only, but for the POST with which an identity token is exchanged for an access token.
package struct RegistryProbe: Sendable {
  package let registry: Registry
  /// Of the registry's API.
  package let origin: Origin
  /// In `certs.d` of this machine.
  package let certificates: RegistryCertificates
  let transport: any HTTPTransport
  let insecure: InsecureRegistries
  let endpoint: EndpointTransport
  let authenticating: AuthenticatingTransport

  private var authorizer: Authorizer { authenticating.authorizer }
  private var apiURL: String { EndpointTransport.url(registry, "/v2/") }

  /// Makes a connection with TLS, and sends nothing. The metrics have the server's certificate.
  ///
  /// - Parameter verifiesServer: Also for an insecure registry, so that it is known whether it needs to be one.
  /// - Throws: `TransportError`.
  package func connect(verifiesServer: Bool) async throws -> HTTPMetrics {
    var request = HTTPRequest(.get, apiURL)
    (request.connectsOnly, request.reportsCertificate) = (true, true)
    request.tls = certificates.tls(verifiesServer: verifiesServer)
    let response = try await transport.send(request)
    if verifiesServer { await endpoint.wasVerified() }
    return response.metrics
  }

  /// Why this registry may be spoken to in plain HTTP and without a verified certificate; nil where it may not.
  ///
  /// - Parameter looksUpAddresses: Whether the addresses of the name count. Looking them up takes time, and they matter only
  ///   after a verified connection has failed.
  package func insecureReason(looksUpAddresses: Bool) async -> InsecureRegistries.Reason? {
    if let reason = await endpoint.reason { return reason }
    return looksUpAddresses ? await insecure.reason(forAddressesOf: registry.host)?.reason : nil
  }

  /// An error of the connection, with what might have prevented it.
  package func error(_ error: TransportError) async -> RegistryError { await endpoint.explained(error) }

  /// What the base of the registry's API says to a request without authorization.
  ///
  /// - Throws: `RegistryError`.
  package func answerOfAPI() async throws -> APIAnswer {
    let response = try await explainingErrors { try await authenticating.base.send(HTTPRequest(.get, apiURL)) }
    let challenges = response.status == 401 ? Challenge.all(in: response) : []
    await authorizer.registryAnswered(challenges)
    return APIAnswer(response: response, challenges: challenges)
  }

  /// The credential that is stored for the registry, or for the part of it that the repository is in.
  ///
  /// - Throws: `CancellationError` if the program ends.
  package func credential() async throws -> FoundCredential { try await authorizer.found() }

  /// Has the registry, or its token server, accept the stored credential.
  ///
  /// - Throws: `RegistryError`.
  package func logIn() async throws {
    let response = try await explainingErrors { try await authenticating.send(HTTPRequest(.get, apiURL), needing: []) }
    try APIAnswer(response: response, challenges: []).check(registry, isAuthorized: true)
  }

  /// What the registry lets this user do with a repository, as far as it says so before anything is written.
  ///
  /// - Parameter answer: That of the API.
  /// - Throws: `RegistryError` if there is no token.
  package func pushAccess(to repository: Repository, _ answer: APIAnswer) async throws -> PushAccess {
    let scopes = [Scope(repository, .pullAndPush)]
    let authorization = try await authorizer.authorization(
      for: scopes,
      insteadOf: nil,
      answer.challenges.map(\.withoutRepositories),
      authenticating.base
    )
    guard let authorization, authorization.scheme == .bearer else { return .unknown }
    guard let access = TokenAccess(token: authorization.credentials.revealed) else { return .unreadable }
    return .granted(access.actions(on: repository.path))
  }

  private func explainingErrors<Value: Sendable>(_ send: () async throws -> Value) async throws -> Value {
    do { return try await send() } catch let error as TransportError { throw await self.error(error) } catch let refusal
      as Refusal
    { throw refusal.error(registry: registry.host, what: "logging in to \(registry)") }
  }
}

/// The answer of a registry's API to a request without authorization.
package struct APIAnswer: Sendable {
  package let response: HTTPResponse
  /// How requests must be authenticated; empty if no authentication is required.
  package let challenges: [Challenge]

  /// - Parameter isAuthorized: Whether the request had an authorization.
  /// - Throws: `RegistryError` if the registry neither gives access nor says that authentication is required, or if it is no
  ///   registry: a page for people is not the answer of one.
  package func check(_ registry: Registry, isAuthorized: Bool = false) throws {
    if response.status == 401, !isAuthorized { return }
    let url = EndpointTransport.url(registry, "/v2/")
    try RegistryError.check(response, .get, url)
    // Quay answers "true", with the type text/html.
    try RegistryError.checkNoWebPage(response, url)
  }
}

/// What is known about the right to push, without pushing anything.
package enum PushAccess: Hashable, Sendable {
  /// There is no token.
  case unknown
  /// There is a token that only the registry can read.
  case unreadable
  /// What the token allows on the repository, such as `pull` and `push`.
  case granted([String])
}
