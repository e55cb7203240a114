import DockerConfig
import HTTP
import TestSupport
import Testing

@testable import OCI
@testable import OCIRegistry

/// Tokens for several repositories of one registry, whose token server gives exactly what is asked for.
@Suite(.timeLimit(.minutes(1))) struct ScopedTokensTests {
  @Test func twoRepositoriesInParallelKeepTheirTokens() async throws {
    let server = ScopeServer()
    let transport = transport(server)
    for _ in 0..<3 {
      try await inParallel(["a", "b"] + ["a", "b"]) { try await send(.get, $0, through: transport) }
    }
    #expect(Set(server.tokenRequests) == [[pull("a")], [pull("b")]])
    #expect(server.tokenRequests.count == 2)
    // The first two of each repository went without a token.
    #expect(server.refusals == 4)
  }

  @Test func fiftyRepositoriesMakeFiftyTokenRequestsOfOneScopeEach() async throws {
    let server = ScopeServer()
    let transport = transport(server)
    let paths = (0..<50).map { "a/\($0)" }
    for _ in 0..<2 {
      try await inParallel(paths + paths) { try await send(.get, $0, through: transport) }
    }
    #expect(server.tokenRequests.count == 50)
    #expect(server.tokenRequests.allSatisfy { $0.count == 1 })
    #expect(Set(server.tokenRequests.flatMap { $0 }) == Set(paths.map(pull)))
  }

  @Test func aTokenThatMustPushReplacesTheOneThatMayPull() async throws {
    let clock = StoppedClock()
    let server = ScopeServer(clock: clock)
    let transport = transport(server, clock: clock)
    for method in [HTTPRequest.Method.get, .put, .get, .put, .get] { try await send(method, "a", through: transport) }
    #expect(server.tokenRequests == [[pull("a")], [push("a")]])
    // Renewed, it stays as large as it was.
    clock.advance(by: .seconds(300))
    for method in [HTTPRequest.Method.get, .put] { try await send(method, "a", through: transport) }
    #expect(server.tokenRequests == [[pull("a")], [push("a")], [push("a")]])
  }

  @Test func pullAndPushInParallelDoNotJoinOneRenewal() async throws {
    let server = ScopeServer()
    let transport = transport(server)
    try await inParallel([HTTPRequest.Method.get, .put, .get, .put]) { try await send($0, "a", through: transport) }
    #expect(Set(server.tokenRequests).isSubset(of: [[pull("a")], [push("a")]]))
    #expect(server.tokenRequests.count <= 2)
  }

  /// A mount: push here and pull there.
  @Test func aMountAsksForBothRepositories() async throws {
    let server = ScopeServer()
    let transport = transport(server)
    try await inParallel(["b", "c"]) { try await mount(from: $0, through: transport) }
    try await inParallel(["b", "c"]) { try await mount(from: $0, through: transport) }
    #expect(server.tokenRequests.count == 2)
    #expect(Set(server.tokenRequests) == [[push("a"), pull("b")], [push("a"), pull("c")]])
    // Covered by one of them.
    try await send(.put, "a", through: transport)
    try await send(.get, "b", through: transport)
    #expect(server.tokenRequests.count == 2)
  }

  @Test func extraScopesOfAChallengeArePartOfEachToken() async throws {
    let server = ScopeServer(extraScope: "registry:catalog:*")
    let transport = transport(server)
    for _ in 0..<2 {
      try await inParallel(["a", "b"]) { try await send(.get, $0, through: transport) }
    }
    let extra = Scope(parsing: "registry:catalog:*")
    #expect(Set(server.tokenRequests) == [[pull("a"), extra], [pull("b"), extra]])
    #expect(server.tokenRequests.count == 2)
  }

  /// It always ends too soon to be sent in advance: each request is refused once, and then sent with a new one.
  @Test func aTokenThatLivesOneSecondWorks() async throws {
    let clock = StoppedClock()
    let server = ScopeServer(lifetime: 1, clock: clock)
    let transport = transport(server, clock: clock)
    for count in 1...5 {
      #expect(try await send(.get, "a", through: transport) == 200)
      #expect(server.requests.count == 3 * count)
      clock.advance(by: .seconds(1))
    }
    try await inParallel(Array(repeating: "a", count: 20)) { path in
      let status = try await send(.get, path, through: transport)
      #expect(status == 200)
    }
    #expect(server.requests.count <= 15 + 3 * 20)
  }

  @Test func aTokenThatIsAboutToEndIsNotSent() async throws {
    let clock = StoppedClock()
    let server = ScopeServer(lifetime: 60, clock: clock)
    let transport = transport(server, clock: clock)
    let (unsent, sent) = (["-", "Bearer t2"], ["Bearer t2"])
    try await send(.get, "a", through: transport)
    clock.advance(by: .seconds(49))
    try await send(.get, "a", through: transport)
    clock.advance(by: .seconds(1))
    try await send(.get, "a", through: transport)
    let authorizations = server.requests.filter { $0.url.hasPrefix("https://r.example") }.map {
      $0.fields["Authorization"] ?? "-"
    }
    #expect(authorizations == unsent + sent + ["-", "Bearer t6"])
  }

  @Test func aWrongPasswordIsSentOnceForAllRepositories() async throws {
    let server = ScopeServer(password: "right")
    let transport = transport(server, .basic(username: "me", password: Secret("wrong")))
    for _ in 0..<2 {
      await withTaskGroup(of: Void.self) { group in
        for path in (0..<10).flatMap({ ["\($0)", "\($0)"] }) {
          group.addTask {
            await #expect(throws: RegistryError.self) { try await send(.get, path, through: transport) }
          }
        }
      }
    }
    #expect(server.tokenRequests.count == 1)
  }

  /// 403 is about the repository, not about the password: others of the same registry are still asked for.
  @Test func aTokenThatIsForbiddenForOneRepositoryIsAskedForOnce() async throws {
    let server = ScopeServer()
    let scripted = ScriptedTransport { request in
      request.url.contains("scope=repository%3Asecret") ? .status(403) : await server.answer(request)
    }
    let transport = transport(scripted, .basic(username: "me", password: Secret("secret")))
    // Whoever may not pull may not push either.
    for method in [HTTPRequest.Method.get, .put, .get] {
      await #expect(throws: RegistryError.self) { try await send(method, "secret", through: transport) }
      #expect(try await send(.get, "a", through: transport) == 200)
    }
    #expect(scripted.urls.filter { $0.contains("secret") && $0.contains("t.example") }.count == 1)
  }

  /// Whoever may not push may still pull.
  @Test func aTokenThatIsForbiddenToPushIsAskedForOnce() async throws {
    let server = ScopeServer()
    let scripted = ScriptedTransport { request in
      request.url.contains("scope=repository%3Aa%3Apull%2Cpush") ? .status(403) : await server.answer(request)
    }
    let transport = transport(scripted, .basic(username: "me", password: Secret("secret")))
    for _ in 0..<2 {
      await #expect(throws: RegistryError.self) { try await send(.put, "a", through: transport) }
      #expect(try await send(.get, "a", through: transport) == 200)
    }
    #expect(server.tokenRequests == [[pull("a")]])
    #expect(scripted.urls.filter { $0.hasPrefix("https://t.example/") }.count == 2)
  }

  @Test func aPasswordForTheRegistryItselfIsForAllRepositories() async throws {
    let scripted = ScriptedTransport { request in
      request.fields["Authorization"] == nil ? .status(401, ["WWW-Authenticate": "Basic"]) : .status(200)
    }
    let transport = transport(scripted, .basic(username: "me", password: Secret("secret")))
    for path in ["a", "b", "c"] { try await send(.get, path, through: transport) }
    #expect(scripted.requests.filter { $0.fields["Authorization"] == nil }.count == 1)
  }

  @Test func aServerWithoutThePostFormIsNotAskedForItAgain() async throws {
    let server = ScopeServer()
    let scripted = ScriptedTransport { $0.method == .post ? .status(404) : await server.answer($0) }
    let transport = transport(scripted, .identityToken(Secret("identity")))
    for path in ["a", "b"] { try await send(.get, path, through: transport) }
    let sent = scripted.requests.filter { $0.url.hasPrefix("https://t.example/") }
    #expect(sent.map(\.method) == [.post, .get, .get])
  }

  // MARK: - Who must not get it

  /// The registry's token is for the registry's origin alone.
  @Test(arguments: [
    "https://s.example/up", "https://r.example:8443/v2/a/", "http://r.example/v2/a/", "https://r.example@s.example/v2/",
    "https://t.example/v2/a/",
  ])
  func noOtherOriginGetsTheToken(url: String) async throws {
    let server = ScopeServer()
    let scripted = ScriptedTransport { $0.url == url ? .status(200) : await server.answer($0) }
    let transport = transport(scripted, .basic(username: "me", password: Secret("secret")))
    try await send(.get, "a", through: transport)
    let request = HTTPRequest(.put, url, fields: ["Authorization": "Bearer t2"])
    #expect(try await transport.send(request, needing: [pull("a")]).status == 200)
    #expect(scripted.requests.last?.fields["Authorization"] == nil)
  }

  @Test(arguments: [401, 403])
  func theChallengeOfAnotherOriginIsNotAnswered(status: Int) async throws {
    let scripted = ScriptedTransport([.status(status, ["WWW-Authenticate": "Basic"])])
    let transport = transport(scripted, .basic(username: "me", password: Secret("secret")))
    await #expect(throws: RegistryError.self) {
      try await transport.send(HTTPRequest(.put, "https://s.example/up"), needing: [pull("a")])
    }
    #expect(scripted.requests.count == 1)
  }

  /// It gets the password, and no token.
  @Test func theTokenServerNeverGetsAToken() async throws {
    let clock = StoppedClock()
    let server = ScopeServer(clock: clock, password: "right")
    let transport = transport(server, .basic(username: "me", password: Secret("right")), clock: clock)
    for path in ["a", "b"] { try await send(.get, path, through: transport) }
    clock.advance(by: .seconds(300))
    try await send(.put, "a", through: transport)
    let sent = server.requests.filter { $0.url.hasPrefix("https://t.example") }.map { $0.fields["Authorization"] }
    #expect(sent == Array(repeating: Authorization.basic("me", Secret("right")).fieldValue, count: 3))
  }

  // MARK: -

  private func pull(_ path: String) -> Scope { Scope(Self.repository(path), .pull) }
  private func push(_ path: String) -> Scope { Scope(Self.repository(path), .pullAndPush) }

  private static func repository(_ path: String) -> Repository {
    Repository(registry: Registry(host: "r.example"), path: path)
  }

  private func transport(
    _ server: ScopeServer,
    _ credential: Credential = .anonymous,
    clock: StoppedClock = StoppedClock()
  ) -> AuthenticatingTransport {
    transport(ScriptedTransport(answer: server.answer), credential, clock: clock)
  }

  private func transport(
    _ base: ScriptedTransport,
    _ credential: Credential,
    clock: StoppedClock = StoppedClock()
  ) -> AuthenticatingTransport {
    let authorizer = Authorizer(
      registry: Registry(host: "r.example"),
      keychain: FixedKeychain(credential),
      clocks: Clocks(running: clock)
    )
    let own = Origin(url: "https://r.example")
    return AuthenticatingTransport(base: base, authorizer: authorizer) { Origin(url: $0) == own }
  }

  @discardableResult
  private func send(
    _ method: HTTPRequest.Method,
    _ path: String,
    through transport: AuthenticatingTransport
  ) async throws -> Int {
    let request = HTTPRequest(method, "https://r.example/v2/\(path)/manifests/v1")
    return try await transport.send(request, needing: [method == .get ? pull(path) : push(path)]).status
  }

  private func mount(from source: String, through transport: AuthenticatingTransport) async throws {
    let request = HTTPRequest(.post, "https://r.example/v2/a/blobs/uploads/?mount=x&from=\(source)")
    _ = try await transport.send(request, needing: [push("a"), pull(source)])
  }

  private func inParallel<Item: Sendable>(
    _ items: [Item],
    _ run: @escaping @Sendable (Item) async throws -> some Sendable
  ) async throws {
    try await withThrowingTaskGroup(of: Void.self) { group in
      for item in items { group.addTask { _ = try await run(item) } }
      try await group.waitForAll()
    }
  }
}
