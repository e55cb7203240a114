import DockerConfig
import HTTP
import TestSupport
import Testing

@testable import OCI
@testable import OCIRegistry

/// AuthenticatingTransport and its Authorizer, before a registry that knows which tokens are good.
@Suite struct AuthenticatingTransportTests {
  private static let bearer = #"Bearer realm="https://t.example/token",service="r.example""#
  private static let me = Credential.basic(username: "me", password: Secret("secret"))

  @Test func aRegistryThatRequiresNothingGetsNoAuthorization() async throws {
    let keychain = FixedKeychain(Self.me)
    let scripted = ScriptedTransport([.status(200)])
    #expect(try await send(through: transport(scripted, keychain)) == 200)
    #expect(scripted.requests.map { $0.fields["Authorization"] } == [nil])
  }

  @Test func aTokenIsFetchedAndKept() async throws {
    let server = TokenServer(Self.bearer)
    let scripted = ScriptedTransport(answer: server.answer)
    let transport = transport(scripted, FixedKeychain(Self.me))
    #expect(try await send(through: transport) == 200)
    #expect(try await send(through: transport) == 200)
    let token = "https://t.example/token?service=r.example&scope=repository%3Aa%3Apull&account=me"
    #expect(scripted.urls == [Self.url, token, Self.url, Self.url])
    let sent = scripted.requests.map { $0.fields["Authorization"] }
    #expect(sent == [nil, "Basic bWU6c2VjcmV0", "Bearer t1", "Bearer t1"])
  }

  /// With a credential, one request asks how to authenticate, and 19 wait for it. Without, an open registry would answer all
  /// of them at once.
  @Test(.timeLimit(.minutes(1)), arguments: [(me, 1), (Credential.anonymous, 20)])
  func twentyRequestsMakeOneTokenRequest(credential: Credential, refusals: Int) async throws {
    let server = TokenServer(Self.bearer, refusalsBeforeToken: refusals)
    let scripted = ScriptedTransport(answer: server.answer)
    let keychain = FixedKeychain(credential)
    let transport = transport(scripted, keychain)
    let statuses = try await withThrowingTaskGroup(of: Int.self) { group in
      for _ in 0..<20 { group.addTask { try await send(through: transport) } }
      return try await group.reduce(into: []) { $0.append($1) }
    }
    #expect(statuses == Array(repeating: 200, count: 20))
    #expect(server.tokenRequests == 1)
    #expect(scripted.requests.count == refusals + 1 + 20)
    #expect(keychain.hosts == ["r.example"])
  }

  /// The registry hides what a stranger may not see, and only the base of its API asks for authentication.
  @Test(arguments: [403, 404, 401], [bearer, "Basic"])
  func theBaseOfTheAPIIsAskedWhereTheReadSaysNothing(status: Int, challenge: String) async throws {
    let server = TokenServer(challenge)
    let scripted = ScriptedTransport { request in
      if request.url == "https://r.example/v2/" { return .status(401, ["WWW-Authenticate": challenge]) }
      if request.url == Self.url, request.fields["Authorization"] == nil { return .status(status) }
      return challenge == "Basic" ? .status(200) : await server.answer(request)
    }
    let transport = transport(scripted, FixedKeychain(Self.me))
    #expect(try await send(through: transport) == 200)
    #expect(try await send(through: transport) == 200)
    #expect(scripted.urls.filter { $0 == "https://r.example/v2/" }.count == 1)
    #expect(scripted.urls.filter { $0 == Self.url }.count == 3)
  }

  @Test(arguments: [me, .anonymous])
  func whatIsMissingStaysMissing(credential: Credential) async throws {
    let scripted = ScriptedTransport { request in .status(request.url == Self.url ? 404 : 200) }
    let transport = transport(scripted, FixedKeychain(credential))
    for _ in 0..<3 { #expect(try await send(through: transport) == 404) }
    #expect(scripted.urls.filter { $0 != Self.url }.count == (credential == .anonymous ? 0 : 1))
    #expect(scripted.requests.allSatisfy { $0.fields["Authorization"] == nil })
  }

  /// They must not wait for a time limit each.
  @Test(.timeLimit(.minutes(1))) func whereTheHostDoesNotAnswerAllFailWithTheFirst() async {
    let scripted = ScriptedTransport { _ in
      for _ in 0..<1000 { await Task.yield() }
      return .failure(.timedOut(host: "r.example", reason: "30 s"))
    }
    let transport = transport(scripted, FixedKeychain(Self.me))
    await withTaskGroup(of: Void.self) { group in
      for _ in 0..<10 {
        group.addTask { await #expect(throws: TransportError.self) { try await send(through: transport) } }
      }
    }
    #expect(scripted.requests.count == 1)
  }

  /// A token server that gives the refused token again has nothing better.
  @Test func whatWasRefusedIsNotSentAgain() async throws {
    let scripted = ScriptedTransport { request in
      request.url == Self.url
        ? .status(401, ["WWW-Authenticate": Self.bearer]) : .status(200, body: #"{"token":"t","expires_in":300}"#)
    }
    let transport = transport(scripted, FixedKeychain(Self.me))
    for _ in 0..<2 { #expect(try await send(through: transport) == 401) }
    let sent = scripted.requests.filter { $0.url == Self.url }.map { $0.fields["Authorization"] }
    #expect(sent == [nil, "Bearer t", "Bearer t"])
  }

  /// A token is safer than a password, which every request would carry.
  @Test func aTokenIsPreferredToAPassword() async throws {
    let server = TokenServer("Basic realm=\"r\", \(Self.bearer)")
    let scripted = ScriptedTransport(answer: server.answer)
    #expect(try await send(through: transport(scripted, FixedKeychain(Self.me))) == 200)
    let sent = scripted.requests.filter { $0.url == Self.url }.map { $0.fields["Authorization"] }
    #expect(sent == [nil, "Bearer t1"])
  }

  /// One wrong password for each image would lock the account.
  @Test(.timeLimit(.minutes(1))) func aPasswordThatTheRegistryRefusesIsSentOnce() async throws {
    let scripted = ScriptedTransport { _ in .status(401, ["WWW-Authenticate": "Basic"]) }
    let transport = transport(scripted, FixedKeychain(Self.me))
    for _ in 0..<3 {
      await withTaskGroup(of: Void.self) { group in
        for _ in 0..<10 { group.addTask { await #expect(throws: Never.self) { try await send(through: transport) } } }
      }
    }
    #expect(try await send(through: transport) == 401)
    #expect(scripted.requests.filter { $0.fields["Authorization"] != nil }.count == 1)
  }

  @Test(.timeLimit(.minutes(1))) func aPasswordThatTheTokenServerRefusesIsSentOnce() async throws {
    let scripted = ScriptedTransport { request in
      .status(401, request.url == Self.url ? ["WWW-Authenticate": Self.bearer] : [:])
    }
    let transport = transport(scripted, FixedKeychain(Self.me))
    for _ in 0..<3 {
      await withTaskGroup(of: Void.self) { group in
        for _ in 0..<10 {
          group.addTask { await #expect(throws: RegistryError.self) { try await send(through: transport) } }
        }
      }
    }
    #expect(scripted.urls.filter { $0 != Self.url }.count == 1)
  }

  /// An expired token is not sent at all; one that was revoked before its end is refused.
  @Test(arguments: [0, 300])
  func aTokenThatIsNotAcceptedAnyMoreIsRenewed(lifetime: Int) async throws {
    let server = TokenServer(Self.bearer, lifetime: lifetime)
    let transport = transport(ScriptedTransport(answer: server.answer), FixedKeychain(Self.me))
    #expect(try await send(through: transport) == 200)
    server.forget()
    #expect(try await send(through: transport) == 200)
    #expect(server.tokenRequests == 2)
  }

  @Test func theScopesOfTheChallengeAreAskedForAsWell() async throws {
    let challenge = #"\#(Self.bearer),scope="repository:a:pull repository:b:pull,push""#
    let server = TokenServer(challenge)
    let scripted = ScriptedTransport(answer: server.answer)
    #expect(try await send(through: transport(scripted, FixedKeychain(.anonymous))) == 200)
    let scopes = "scope=repository%3Aa%3Apull&scope=repository%3Ab%3Apull%2Cpush"
    #expect(scripted.urls.contains("https://t.example/token?service=r.example&\(scopes)"))
  }

  /// With each of them, the time to compare them and the length of the request would grow.
  @Test(.timeLimit(.minutes(1))) func notMoreThanTwentyScopesOfAChallengeAreAskedFor() async throws {
    let scopes = [String(repeating: "x", count: 600)] + (0..<10_000).map { "r\($0)" }
    let texts = scopes.map { "repository:\($0):pull" }.joined(separator: " ")
    let challenge = #"\#(Self.bearer),scope="\#(texts)""#
    let server = TokenServer("\(challenge), \(challenge)")
    let scripted = ScriptedTransport(answer: server.answer)
    #expect(try await send(through: transport(scripted, FixedKeychain(.anonymous))) == 200)
    let token = try #require(scripted.urls.first { $0.hasPrefix("https://t.example/") })
    #expect(token.split(separator: "scope=").count - 1 == 20)
    #expect(token.utf8.count < 1000)
  }

  // MARK: - Permanent refusals

  struct PermanentRefusal: CustomTestStringConvertible {
    let testDescription: String
    let challenge: String
    let credential: Credential
    /// What was sent with each request, the one for the base of the API included.
    let sent: [String?]
  }

  static let refusals: [PermanentRefusal] = [
    PermanentRefusal(testDescription: "no challenge", challenge: "", credential: me, sent: [nil, nil]),
    PermanentRefusal(testDescription: "an unknown scheme", challenge: "Negotiate", credential: me, sent: [nil]),
    PermanentRefusal(
      testDescription: "basic and nothing stored",
      challenge: "Basic",
      credential: .anonymous,
      sent: [nil]
    ),
    PermanentRefusal(testDescription: "basic", challenge: "Basic", credential: me, sent: [nil, "Basic bWU6c2VjcmV0"]),
    PermanentRefusal(
      testDescription: "a registry's own token",
      challenge: bearer,
      credential: .registryToken(Secret("r")),
      sent: [nil, "Bearer r"]
    ),
  ]

  /// A second refusal is the answer, not a reason to ask again.
  @Test(arguments: refusals)
  func asksTwiceAtMost(_ refusal: PermanentRefusal) async throws {
    let scripted = ScriptedTransport { _ in .status(401, ["WWW-Authenticate": refusal.challenge]) }
    #expect(try await send(through: transport(scripted, FixedKeychain(refusal.credential))) == 401)
    #expect(scripted.requests.map { $0.fields["Authorization"] } == refusal.sent)
  }

  @Test(arguments: ["Bearer", #"Bearer realm="/token""#, #"Bearer realm="file:///etc/passwd""#])
  func aChallengeWithoutAnAddressIsAnError(challenge: String) async {
    let scripted = ScriptedTransport([.status(401, ["WWW-Authenticate": challenge])])
    await #expect(throws: RegistryError.self) { try await send(through: transport(scripted, FixedKeychain(Self.me))) }
  }

  // MARK: -

  private static let url = "https://r.example/v2/a/manifests/v1"

  private func transport(_ base: ScriptedTransport, _ keychain: FixedKeychain) -> AuthenticatingTransport {
    let authorizer = Authorizer(registry: Registry(host: "r.example"), keychain: keychain)
    return AuthenticatingTransport(base: base, authorizer: authorizer) { $0.hasPrefix("https://r.example/") }
  }

  private func send(through transport: AuthenticatingTransport) async throws -> Int {
    let repository = Repository(registry: Registry(host: "r.example"), path: "a")
    do {
      return try await transport.send(HTTPRequest(.get, Self.url), needing: [Scope(repository, .pull)]).status
    } catch let refusal as Refusal { return refusal.status }
  }
}
