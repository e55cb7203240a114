import DockerConfig
import HTTP
import OCI

/// Keeps the `Authorization` value for one registry: learns from the registry's challenge how it is made, and makes it
/// once for all requests that need it at the same time.
actor Authorizer {
  private let registry: Registry
  private let keychain: any Keychain
  /// For requests to the token server.
  private let transport: any HTTPTransport
  /// Everything that will be needed, so that one token does for all.
  private let scopes: [Scope]
  /// True where the user allowed plain HTTP.
  private let allowsPlainHTTP: @Sendable () async -> Bool
  private let log: @Sendable (String) -> Void
  private let clock = ContinuousClock()

  /// Looked for once, while the first connection is being made: a credential helper takes its time.
  private var credential: Task<FoundCredential, any Error>?
  private var current: (value: Secret, end: ContinuousClock.Instant?)?
  private var renewal: Task<Secret?, any Error>?
  /// The token server's last word on the credential: asked once more for each image, it would lock the account.
  private var refusal: RegistryError?

  /// A token that is about to end is not sent: it might end on its way.
  private static let margin = Duration.seconds(10)

  init(
    registry: Registry,
    scopes: [Scope],
    keychain: any Keychain,
    transport: any HTTPTransport,
    allowsPlainHTTP: @escaping @Sendable () async -> Bool = { false },
    log: @escaping @Sendable (String) -> Void = { _ in }
  ) {
    self.registry = registry
    self.scopes = scopes
    self.keychain = keychain
    self.transport = transport
    self.allowsPlainHTTP = allowsPlainHTTP
    self.log = log
  }

  /// What to send with a request; nil if nothing is known yet, and the registry's answer will tell.
  func authorization() -> Secret? {
    _ = startedCredential()
    return usable
  }

  /// What is known and does not end soon.
  private var usable: Secret? {
    guard let current, current.end.map({ clock.now + Self.margin < $0 }) ?? true else { return nil }
    return current.value
  }

  /// What to send instead of what was refused; nil if there is nothing better.
  func authorization(after refused: Secret?, _ challenges: [Challenge]) async throws -> Secret? {
    if let usable, usable != refused { return usable }
    let running = renewal ?? Task { try await self.renew(challenges) }
    renewal = running
    return try await running.value
  }

  /// True once there was something to answer the registry's question with.
  var hasAnswered: Bool { current != nil }

  /// The credential that is stored for this registry.
  func found() async throws -> FoundCredential { try await startedCredential().value }

  private func startedCredential() -> Task<FoundCredential, any Error> {
    if let credential { return credential }
    let task = Task { [keychain, registry, log] in
      let found = try await keychain.credential(forHost: registry.host)
      log("credentials for \(registry): \(found.source)")
      return found
    }
    credential = task
    return task
  }

  private func renew(_ challenges: [Challenge]) async throws -> Secret? {
    defer { renewal = nil }
    if let refusal { throw refusal }
    let found = try await found()
    if case .registryToken(let token) = found.credential { return keep(Secret("Bearer \(token.revealed)")) }
    let offersBasic = challenges.contains { $0.scheme == "basic" }
    if offersBasic, !challenges.contains(where: \.leadsToToken), case .basic(let name, let password) = found.credential
    {
      return keep(basicAuthorization(name, password))
    }
    guard let bearer = challenges.first(where: { $0.scheme == "bearer" }) else { return nil }
    let token: TokenExchange.Token
    do { token = try await exchange(bearer, found).token(for: found) } catch let error as RegistryError {
      if case .refused = error { refusal = error }
      throw error
    } catch let error as TransportError {
      throw RegistryError.tokenServer(error, registry: registry.host, isInsecure: await allowsPlainHTTP())
    }
    return keep(Secret("Bearer \(token.value.revealed)"), for: token.lifetime)
  }

  private func keep(_ value: Secret, for lifetime: Duration? = nil) -> Secret {
    current = (value, lifetime.map { clock.now + $0 })
    return value
  }

  private func exchange(_ challenge: Challenge, _ found: FoundCredential) async throws -> TokenExchange {
    guard let realm = challenge.parameters["realm"], let origin = Origin(url: realm) else {
      throw RegistryError.nonsense(
        from: registry.host,
        "it asks for a token, and names no address (realm) where one is to be had"
      )
    }
    if !origin.isSecure, found.credential != .anonymous, await !allowsPlainHTTP() {
      throw RegistryError.plainRealm(registry: registry.host, realm: realm)
    }
    log("\(registry) takes tokens of \(redacted(realm))")
    var wanted = scopes.map(\.description)
    // What the registry asks for beyond what was foreseen.
    for scope in challenge.parameters["scope"]?.split(separator: " ").map(String.init) ?? []
    where !wanted.contains(where: { $0.covers(scope) }) {
      wanted.removeAll { scope.covers($0) }
      wanted.append(scope)
    }
    return TokenExchange(
      transport: transport,
      registry: registry.host,
      realm: realm,
      service: challenge.parameters["service"],
      scopes: wanted
    )
  }
}

extension Challenge {
  fileprivate var leadsToToken: Bool {
    scheme == "bearer" && parameters["realm"].map { Origin(url: $0) != nil } ?? false
  }
}

extension String {
  /// True if the scope is for the same thing and names every action of the other.
  fileprivate func covers(_ other: String) -> Bool {
    func split(_ scope: String) -> (thing: Substring, actions: Set<Substring>) {
      let colon = scope.lastIndex(of: ":") ?? scope.startIndex
      return (scope[..<colon], Set(scope[colon...].dropFirst().split(separator: ",")))
    }
    let (mine, theirs) = (split(self), split(other))
    return mine.thing == theirs.thing && theirs.actions.isSubset(of: mine.actions)
  }
}
