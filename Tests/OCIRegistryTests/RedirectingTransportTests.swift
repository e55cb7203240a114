import HTTP
import TestSupport
import Testing

@testable import OCIRegistry

@Suite struct RedirectingTransportTests {
  static let hops: [(to: String, keepsAuthorization: Bool)] = [
    ("https://r.example/other", true),
    ("https://R.example:443/other", true),
    ("https://r.example:8443/other", false),
    ("https://storage.example/other", false),
    ("https://r.example@storage.example/other", false),
    ("https://sub.r.example/other", false),
  ]

  @Test(arguments: hops)
  func authorizationIsSentToNoOtherOrigin(to: String, keepsAuthorization: Bool) async throws {
    let scripted = ScriptedTransport([.redirect(to), .status(200)])
    #expect(try await send(scripted).status == 200)
    #expect(scripted.urls == ["https://r.example/a", to])
    let sent = scripted.requests.map { $0.fields["Authorization"] }
    #expect(sent == ["Bearer t", keepsAuthorization ? "Bearer t" : nil])
    #expect(scripted.requests.map(\.tls.mayHaveClient) == [true, keepsAuthorization])
    #expect(scripted.requests.allSatisfy { $0.fields["Accept"] == "*/*" })
  }

  @Test func authorizationDoesNotComeBack() async throws {
    let scripted = ScriptedTransport([.redirect("https://s.example/"), .redirect("https://r.example/b"), .status(200)])
    _ = try await send(scripted)
    #expect(scripted.requests.map { $0.fields["Authorization"] } == ["Bearer t", nil, nil])
  }

  /// The challenge of a storage service must not be answered with the password for the registry.
  @Test(arguments: [401, 403])
  func theChallengeOfAnotherHostIsNotReturned(status: Int) async {
    let challenge: HTTPFields = ["WWW-Authenticate": #"Bearer realm="https://thief.example/token""#]
    let scripted = ScriptedTransport([.redirect("https://storage.example/a"), .status(status, challenge)])
    await #expect(throws: RegistryError.self) { try await send(scripted) }
    #expect(scripted.requests.count == 2)
  }

  /// Whatever its status. What says something about the body stays.
  @Test(arguments: [200, 204, 300, 400, 404, 407, 429, 500])
  func whatLeadsToRequestsWithACredentialCountsFromTheRegistryOnly(status: Int) async throws {
    let about: HTTPFields = ["Content-Type": "text/plain", "Docker-Content-Digest": "sha256:0"]
    var fields = about
    for name in ["www-authenticate", "WWW-Authenticate", "Link", "Location"] { fields.append(name, "x") }
    let elsewhere = ScriptedTransport([.redirect("https://r.example:8443/a"), .status(status, fields)])
    #expect(try await send(elsewhere).fields == about)
    let own = ScriptedTransport([.redirect("https://r.example/b"), .status(status, fields)])
    #expect(try await send(own).fields == fields)
  }

  @Test func theChallengeOfAnotherPathOfTheRegistryIsReturned() async throws {
    let scripted = ScriptedTransport([.redirect("https://r.example/b"), .status(401)])
    #expect(try await send(scripted).status == 401)
  }

  @Test func nothingLeadsFromHTTPSToHTTP() async {
    let scripted = ScriptedTransport([.redirect("http://r.example/a")])
    await #expect(throws: RegistryError.self) { try await send(scripted) }
    #expect(scripted.urls == ["https://r.example/a"])
  }

  @Test func plainHTTPIsFollowedWhereAllowed() async throws {
    let scripted = ScriptedTransport([.redirect("http://r.example/a"), .status(200)])
    #expect(try await send(scripted, allowsPlainHTTP: true).status == 200)
    #expect(scripted.requests.last?.fields["Authorization"] == nil)
  }

  @Test(arguments: ["ftp://r.example/a", "file:///etc/passwd", ""])
  func otherSchemesAreRefused(to: String) async {
    let scripted = ScriptedTransport([.redirect(to)])
    await #expect(throws: RegistryError.self) { try await send(scripted, allowsPlainHTTP: true) }
  }

  @Test func tenAreEnough() async throws {
    let ten = Array(repeating: ScriptedTransport.Answer.redirect("https://r.example/a"), count: 10)
    #expect(try await send(ScriptedTransport(ten + [.status(200)])).status == 200)
    let loop = ScriptedTransport { _ in .redirect("https://r.example/b") }
    let error = await #expect(throws: RegistryError.self) { try await send(loop) }
    #expect(error?.description.hasSuffix("redirects to https://r.example/b, after more than 10 redirects") == true)
    #expect(loop.requests.count == 11)
  }

  private static let writes = [HTTPRequest.Method.put, .post, .patch, .delete]

  /// As Go's client does it.
  @Test(arguments: writes, [307, 308])
  func writesAreRedirectedAsTheyAre(method: HTTPRequest.Method, status: Int) async throws {
    let scripted = ScriptedTransport([.redirect("https://r.example/other", status: status), .status(201)])
    #expect(try await send(scripted, method).status == 201)
    #expect(scripted.requests.map(\.method) == [method, method])
    #expect(scripted.requests.allSatisfy { $0.fields["Authorization"] == "Bearer t" && $0.body.bytes == [1] })
  }

  @Test(arguments: writes, ["https://s.example/other", "http://r.example/other", "https://r.example/a"])
  func writesAreNotRedirectedOtherwise(method: HTTPRequest.Method, url: String) async throws {
    let status = url.hasSuffix("/a") ? 302 : 307
    let scripted = ScriptedTransport([.redirect(url, status: status)])
    #expect(try await send(scripted, method, allowsPlainHTTP: true).status == status)
  }

  private func send(
    _ base: ScriptedTransport,
    _ method: HTTPRequest.Method = .get,
    allowsPlainHTTP: Bool = false
  ) async throws -> HTTPResponse {
    let transport = RedirectingTransport(base: base) { _ in allowsPlainHTTP }
    let fields: HTTPFields = ["Authorization": "Bearer t", "Accept": "*/*"]
    return try await transport.send(HTTPRequest(method, "https://r.example/a", fields: fields, body: [1]))
  }
}
