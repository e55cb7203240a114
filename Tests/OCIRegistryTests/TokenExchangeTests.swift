import DockerConfig
import HTTP
import TestSupport
import Testing

@testable import OCIRegistry

@Suite struct TokenExchangeTests {
  private static let newYear2000 = Timestamp(seconds: 946_684_800)
  private static let basic = FoundCredential(.basic(username: "me", password: Secret("s:é")), source: "a test")
  private static let anonymous = FoundCredential(.anonymous, source: "a test")
  private static let identity = FoundCredential(.identityToken(Secret("r&t")), source: "a test")
  private static let scopes = [Scope(parsing: "repository:a/b:pull,push"), Scope(parsing: "repository:c:pull")]
  private static let query =
    "service=r.example%3A5000&scope=repository%3Aa%2Fb%3Apull%2Cpush&scope=repository%3Ac%3Apull"

  struct Request: CustomTestStringConvertible {
    let testDescription: String
    var realm = "https://t.example/token"
    var service: String? = "r.example:5000"
    var scopes = TokenExchangeTests.scopes
    let found: FoundCredential
    let url: String
    var authorization: String?
  }

  static let requests: [Request] = [
    Request(testDescription: "anyone", found: anonymous, url: "https://t.example/token?\(query)"),
    Request(
      testDescription: "a user",
      found: basic,
      url: "https://t.example/token?\(query)&account=me",
      authorization: "Basic bWU6czrDqQ=="
    ),
    Request(
      testDescription: "a realm with a fragment",
      realm: "https://t.example/token?a=b#c?d",
      found: anonymous,
      url: "https://t.example/token?a=b&\(query)"
    ),
    Request(
      testDescription: "a realm with a query",
      realm: "https://t.example/token?a=b",
      found: anonymous,
      url: "https://t.example/token?a=b&\(query)"
    ),
    Request(
      testDescription: "nothing to say",
      service: nil,
      scopes: [],
      found: anonymous,
      url: "https://t.example/token"
    ),
    Request(
      testDescription: "odd characters",
      service: "a b&c=é",
      scopes: [],
      found: anonymous,
      url: "https://t.example/token?service=a%20b%26c%3D%C3%A9"
    ),
  ]

  @Test(arguments: requests)
  func asksExactly(_ expected: Request) async throws {
    let scripted = ScriptedTransport([.status(200, body: #"{"token":"t"}"#)])
    let exchange = try exchange(scripted, expected.scopes, realm: expected.realm, service: expected.service)
    #expect(try await exchange.token(for: expected.found).value == Secret("t"))
    let request = try #require(scripted.requests.first)
    #expect(request.method == .get)
    #expect(request.url == expected.url)
    #expect(request.fields["Authorization"] == expected.authorization)
    #expect(request.body.bytes == [])
  }

  @Test func anIdentityTokenIsPosted() async throws {
    let scripted = ScriptedTransport([.status(200, body: #"{"access_token":"t","expires_in":300}"#)])
    let token = try await exchange(scripted).token(for: Self.identity)
    #expect(token.value == Secret("t"))
    #expect(token.lifetime == .seconds(300))
    let request = try #require(scripted.requests.first)
    #expect(request.method == .post)
    #expect(request.url == "https://t.example/token")
    #expect(request.fields["Content-Type"] == "application/x-www-form-urlencoded")
    #expect(request.fields["Authorization"] == nil)
    let form =
      "grant_type=refresh_token&client_id=docker-manifestx&service=r.example%3A5000"
      + "&scope=repository%3Aa%2Fb%3Apull%2Cpush%20repository%3Ac%3Apull&refresh_token=r%26t"
    #expect(request.body.bytes == Array(form.utf8))
  }

  @Test(arguments: [401, 404, 405])
  func aServerWithoutThePostIsAskedTheOtherWay(status: Int) async throws {
    let scripted = ScriptedTransport([.status(status), .status(200, body: #"{"token":"t"}"#)])
    #expect(try await exchange(scripted).token(for: Self.identity).value == Secret("t"))
    #expect(scripted.requests.map(\.method) == [.post, .get])
    #expect(scripted.requests.last?.fields["Authorization"] == "Basic OnImdA==")
  }

  static let answers: [(body: String, value: String, lifetime: Duration)] = [
    (#"{"token":"a"}"#, "a", .seconds(60)),
    (#"{"access_token":"b","expires_in":5}"#, "b", .seconds(60)),
    (#"{"token":"a","access_token":"b","expires_in":null}"#, "a", .seconds(60)),
    (#"{"token":"","access_token":"b"}"#, "b", .seconds(60)),
    (#"{"token":"a","expires_in":-5}"#, "a", .seconds(60)),
    (#"{"token":"a","expires_in":9223372036854775807}"#, "a", .seconds(Int64.max)),
    (#"{"token":"a","expires_in":300,"issued_at":"1980-01-01T00:00:00Z"}"#, "a", .seconds(300)),
    (#"{"token":"a","expires_in":300,"issued_at":"2999-01-01T00:00:00Z"}"#, "a", .seconds(300)),
    (#"{"token":"a","expires_in":300,"issued_at":"yesterday"}"#, "a", .seconds(300)),
  ]

  @Test(arguments: answers)
  func readsTheToken(body: String, value: String, lifetime: Duration) async throws {
    let token = try await exchange(ScriptedTransport([.status(200, body: body)])).token(for: Self.anonymous)
    #expect(token.value == Secret(value))
    #expect(token.lifetime == lifetime)
  }

  /// RFC 6749 §5.2: it has expired, or was revoked.
  @Test func anExpiredIdentityTokenIsRefused() async {
    let transport = ScriptedTransport([.status(400, body: #"{"error":"invalid_grant"}"#)])
    let error = await #expect(throws: RegistryError.self) {
      try await exchange(transport).token(for: Self.identity)
    }
    let said = error.map { "\($0)" } ?? ""
    #expect(said.hasPrefix("r.example:5000 did not accept the credentials from a test"), "\(said)")
  }

  static let useless: [(answer: ScriptedTransport.Answer, words: String)] = [
    (.status(200, body: "<html>"), "t.example/token sent a response that cannot be used: it is a web page"),
    (.status(200, body: "ok"), "t.example/token sent a response that cannot be used: invalid JSON: line 1, column "),
    (.status(200, body: "{}"), "t.example/token sent a response that cannot be used: token is missing"),
    (
      .status(200, body: #"{"token":""}"#),
      "t.example/token sent a response that cannot be used: token is missing"
    ),
    (
      .status(200, body: #"{"token":"a","Token":"b"}"#),
      "t.example/token sent a response that cannot be used: docker treats \u{201C}token\u{201D} and \u{201C}Token\u{201D} as the same name"
    ),
    (
      .status(200, body: #"{"Access_Token":"b"}"#),
      "t.example/token sent a response that cannot be used: Access_Token must be spelled \u{201C}access_token\u{201D}"
    ),
    (
      .status(401, body: #"{"details":"incorrect username or password"}"#),
      "r.example:5000 did not accept the credentials from a test (registry message: “incorrect username or password”)"
    ),
    (.status(403), "r.example:5000 did not accept the credentials from a test"),
    (
      .status(403, body: "<html>"), "t.example/token does not allow getting a token for r.example:5000: it returned 403"
    ),
    (
      .status(200, body: #"{"token":"\#(String(repeating: "a", count: 65_537))"}"#),
      "t.example/token sent a response that cannot be used: its token has 65537 bytes, and at most 65536 are supported"
    ),
    (.status(500), "GET t.example/token returned 500 (server error)"),
  ]

  @Test(arguments: useless)
  func saysWhyThereIsNoToken(answer: ScriptedTransport.Answer, words: String) async {
    let error = await #expect(throws: RegistryError.self) {
      try await exchange(ScriptedTransport([answer])).token(for: Self.basic)
    }
    #expect(error?.description.hasPrefix(words) == true, "\(error.map { "\($0)" } ?? "-")")
  }

  /// The time of issue is used where it can be true: 8 s of 300 are over.
  @Test func theAgeOfATokenIsSubtracted() async throws {
    let body = #"{"token":"a","expires_in":300,"issued_at":"1999-12-31T23:59:52Z"}"#
    let exchange = try exchange(ScriptedTransport([.status(200, body: body)]))
    #expect(try await exchange.token(for: Self.anonymous).lifetime == .seconds(292))
  }

  private func exchange(
    _ transport: ScriptedTransport,
    _ scopes: [Scope] = Self.scopes,
    realm: String = "https://t.example/token",
    service: String? = "r.example:5000"
  ) throws -> TokenExchange {
    var challenge = Challenge(scheme: "bearer", parameters: ["realm": realm])
    challenge.parameters["service"] = service
    return try TokenExchange(challenge, scopes, registry: "r.example:5000", transport) { Self.newYear2000 }
  }
}

extension TokenExchange {
  fileprivate func token(for found: FoundCredential) async throws -> Token {
    try token(in: await answer(to: found).response, found)
  }
}
