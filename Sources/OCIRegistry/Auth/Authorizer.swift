import DockerConfig
import HTTP
import OCI

/// Keeps what authorizes requests to one registry: a password or a registry token for all of them, or tokens of its token
/// server, side by side, each fetched once and shared by all requests that it covers.
actor Authorizer {
  /// In front of every request that carries a password, to the registry or to its token server.
  nonisolated let gate = PasswordGate()

  nonisolated let registry: Registry
  private let namespace: RegistryNamespace
  private let keychain: any Keychain
  private let clocks: Clocks
  private let secrets: KnownSecrets
  /// True where the user allowed plain HTTP and unverified certificates.
  private let allowsPlainHTTP: @Sendable (_ url: String) async -> Bool
  /// The settings and certificates that might have prevented the error.
  private let unusableSources: @Sendable (TransportError) async -> [any Error]
  private let onEvent: @Sendable (RegistryEvent) -> Void

  /// Looked up once, while the first connection is being made: a credential helper takes its time.
  private var credential: Task<FoundCredential, any Error>?
  /// True once it is known that no credential is stored.
  private var isAnonymous = false
  private let opening = Opening()
  /// How the registry wants requests to be authenticated; empty until it has said so. Without the repositories that it
  /// named: they were those of one request.
  private var known: [Challenge] = []
  /// The response of the base of its API; nil until it is asked.
  private var apiChallenges: Task<[Challenge], Never>?
  /// False once the token server has given a token only for the GET form.
  private var postsIdentityToken = true
  /// A password or a registry token: for every repository, and it does not end.
  private var hostWide: Authorization?
  private var tokens = KeptTokens()
  private var renewals: [(scopes: [Scope], task: Task<Authorization?, any Error>)] = []
  /// What the token server refused. It is not asked for the same again: that could lock the account.
  private var refusals: [(scopes: [Scope], error: RegistryError)] = []

  init(
    registry: Registry,
    namespace: RegistryNamespace? = nil,
    keychain: any Keychain,
    clocks: Clocks = Clocks(),
    secrets: KnownSecrets = KnownSecrets(),
    allowsPlainHTTP: @escaping @Sendable (_ url: String) async -> Bool = { _ in false },
    unusableSources: @escaping @Sendable (TransportError) async -> [any Error] = { $0.unusable },
    onEvent: @escaping @Sendable (RegistryEvent) -> Void = { _ in }
  ) {
    self.registry = registry
    self.namespace = namespace ?? RegistryNamespace(host: registry.host)
    self.keychain = keychain
    self.clocks = clocks
    self.secrets = secrets
    self.allowsPlainHTTP = allowsPlainHTTP
    self.unusableSources = unusableSources
    self.onEvent = onEvent
  }

  /// What to send with a request that needs these scopes; nil if nothing is known yet, and the registry's response will tell.
  ///
  /// Where a credential is stored, one request goes first and the others wait for its response: as many round trips, and
  /// fewer refusals. Where none is stored, all go at once: an open registry answers them a round trip earlier.
  ///
  /// - Parameter transport: For requests to the token server.
  /// - Throws: `RegistryError`; what the first request threw if the others would fail in the same way.
  func authorization(for scopes: [Scope], _ transport: any HTTPTransport) async throws -> Authorization? {
    let lookup = startedLookup()
    if let usable = usable(for: scopes) { return usable }
    try await opening.pass()
    if let usable = usable(for: scopes) { return usable }
    // A stranger is asked again each time: what one repository requires another one may not.
    guard !known.isEmpty, try await lookup.value.credential != .anonymous else { return nil }
    return try await authorization(for: scopes, insteadOf: nil, known, transport)
  }

  /// - Parameter challenges: Empty if the registry required nothing.
  func registryAnswered(_ challenges: [Challenge]) {
    if !challenges.isEmpty { known = challenges.map(\.withoutRepositories) }
    opening.end()
  }

  func firstRequestFailed(_ error: any Error) { opening.fail(error) }

  /// How the registry's API as a whole wants requests to be authenticated. Asked once, and only if a credential may be
  /// stored. A credential helper takes its time, and is waited for only if the registry requires something.
  func challengesOfAPI(_ transport: any HTTPTransport) async throws -> [Challenge] {
    if isAnonymous { return [] }
    let challenges = await answerOfAPI(transport)
    guard !challenges.isEmpty, try await found().credential != .anonymous else { return [] }
    return challenges
  }

  private func answerOfAPI(_ transport: any HTTPTransport) async -> [Challenge] {
    if let apiChallenges { return await apiChallenges.value }
    let url = EndpointTransport.url(registry, "/v2/")
    let task = Task {
      let response = try? await transport.send(HTTPRequest(.get, url))
      return response?.status == 401 ? response.map(Challenge.all) ?? [] : []
    }
    apiChallenges = task
    return await task.value
  }

  /// What to send instead of what was refused; nil if there is nothing better.
  ///
  /// - Parameters:
  ///   - challenges: Of the refusal. What they ask for beyond the scopes is asked for as well.
  ///   - transport: For requests to the token server.
  /// - Throws: `RegistryError`, or what the keychain throws.
  func authorization(
    for scopes: [Scope],
    insteadOf refused: Authorization?,
    _ challenges: [Challenge],
    _ transport: any HTTPTransport
  ) async throws -> Authorization? {
    let needed = scopes.adding(challenges.flatMap(\.scopes).prefix(Scope.maximumCount))
    if let usable = usable(for: needed), usable != refused { return usable }
    if let running = renewals.first(where: { $0.scopes.covers(needed) }) { return try await running.task.value }
    // A token that has grown is renewed as it was: the request that needed more will come again.
    let wanted = tokens.scopes(covering: needed) ?? needed
    let task = Task {
      defer { renewals.removeAll { $0.scopes == wanted } }
      return try await renew(wanted, challenges, transport)
    }
    renewals.append((wanted, task))
    return try await task.value
  }

  /// The credential that is stored for this registry, which from now on is not printed.
  ///
  /// - Throws: What the keychain throws.
  func found() async throws -> FoundCredential {
    let found = try await startedLookup().value
    secrets.add(found.credential)
    return found
  }

  /// How the last requests were authenticated, as far as it is known: what the registry requires, what is stored, and how
  /// an identity token was exchanged.
  var knownAccess: (challenges: [Challenge], credential: Credential?, postsIdentityToken: Bool) {
    get async {
      let credential = known.isEmpty ? nil : try? await credential?.value.credential
      return (known, credential, postsIdentityToken)
    }
  }

  /// What a token that covers these scopes was asked for: also what the registry's challenge named.
  func scopes(covering scopes: [Scope]) -> [Scope] { tokens.scopes(covering: scopes) ?? scopes }

  private func usable(for scopes: [Scope]) -> Authorization? {
    tokens.usable(for: scopes) ?? hostWide
  }

  private func startedLookup() -> Task<FoundCredential, any Error> {
    if let credential { return credential }
    let task = Task { [keychain, namespace, onEvent] in
      let found = try await keychain.credential(for: namespace)
      onEvent(.credentialFound(registry: "\(namespace)", origin: found.source))
      return found
    }
    credential = task
    Task {
      let found = try? await task.value
      isAnonymous = found?.credential == .anonymous
      if found == nil || isAnonymous { opening.end() }
    }
    return task
  }

  private func renew(
    _ scopes: [Scope],
    _ challenges: [Challenge],
    _ transport: any HTTPTransport
  ) async throws -> Authorization? {
    if let refusal = refusals.first(where: { scopes.covers($0.scopes) }) { throw refusal.error }
    let found = try await found()
    if case .registryToken(let token) = found.credential { return keep(.bearer(token)) }
    let offersBasic = challenges.contains { $0.scheme == "basic" }
    if offersBasic, !challenges.contains(where: \.leadsToToken), case .basic(let name, let password) = found.credential
    {
      return keep(.basic(name, password))
    }
    guard let bearer = challenges.first(where: { $0.scheme == "bearer" }) else { return nil }
    do {
      let token = try await token(exchange(bearer, scopes, found, transport), found)
      let authorization = Authorization.bearer(token.value)
      tokens.keep(authorization, scopes, for: token.lifetime, clocks.running)
      return authorization
    } catch let error as RegistryError {
      if case .refused = error { refusals.append((scopes, error)) }
      throw error
    } catch let error as TransportError {
      throw RegistryError.tokenServer(
        error,
        registry: registry.host,
        isInsecure: await allowsPlainHTTP(bearer.parameters["realm"] ?? ""),
        unusable: await unusableSources(error)
      )
    }
  }

  private func token(_ exchange: TokenExchange, _ found: FoundCredential) async throws -> TokenExchange.Token {
    do {
      guard found.credential != .anonymous else { return try exchange.token(in: await answer(exchange, found), found) }
      return try exchange.token(in: await gate.send { try await answer(exchange, found) }, found)
    } catch let error as RegistryError { throw error.ofToken(for: registry.host) }
  }

  private func answer(_ exchange: TokenExchange, _ found: FoundCredential) async throws -> HTTPResponse {
    let (response, wasPosted) = try await exchange.answer(to: found, postsIdentityToken: postsIdentityToken)
    // A server that refuses the token in both forms may have both.
    if case .identityToken = found.credential, response.isSuccess { postsIdentityToken = wasPosted }
    return response
  }

  private func keep(_ authorization: Authorization) -> Authorization {
    hostWide = authorization
    tokens = KeptTokens()
    return authorization
  }

  private func exchange(
    _ challenge: Challenge,
    _ scopes: [Scope],
    _ found: FoundCredential,
    _ transport: any HTTPTransport
  ) async throws -> TokenExchange {
    let exchange = try TokenExchange(challenge, scopes, registry: registry.host, transport, now: clocks.now)
    if !exchange.isSecure, found.credential != .anonymous, await !allowsPlainHTTP(exchange.realm) {
      throw RegistryError.plainRealm(registry: registry.host, realm: exchange.realm)
    }
    onEvent(.tokenServer(registry: registry.host, url: redacted(exchange.realm)))
    return exchange
  }
}

extension RegistryError {
  /// Names the registry, which the user knows, in an error that is about the token server alone.
  fileprivate func ofToken(for registry: String) -> RegistryError {
    switch self {
    case .refused, .blocked: self
    default: .noToken(self, registry: registry)
    }
  }
}
