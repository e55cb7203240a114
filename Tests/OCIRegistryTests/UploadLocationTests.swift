import DockerConfig
import HTTP
import TestSupport
import Testing

@testable import OCI
@testable import OCIRegistry

/// Where an upload is continued, and whether the password is sent there.
@Suite struct UploadLocationTests {
  /// RFC 3986 §5.4, as far as servers write it.
  static let references: [(reference: String, url: String)] = [
    ("https://s.example/up?a=b", "https://s.example/up?a=b"),
    ("//s.example/up", "https://s.example/up"),
    ("/v2/a/blobs/uploads/1?_state=x", "https://r.example:5000/v2/a/blobs/uploads/1?_state=x"),
    ("1?_state=https://x/", "https://r.example:5000/v2/a/blobs/uploads/1?_state=https://x/"),
    ("?_state=x", "https://r.example:5000/v2/a/blobs/uploads/?_state=x"),
    ("1#part", "https://r.example:5000/v2/a/blobs/uploads/1"),
    ("urn:uuid:1", "urn:uuid:1"),
  ]

  @Test(arguments: references)
  func resolvesReferences(reference: String, url: String) {
    #expect(resolved(reference, against: "https://r.example:5000/v2/a/blobs/uploads/?mount=x/y#z") == url)
  }

  @Test func aReferenceWithoutASchemeHasThatOfTheRequest() {
    #expect(resolved("//s.example/up", against: "http://r.example/v2/") == "http://s.example/up")
    #expect(resolved("/up", against: "http://r.example/v2/") == "http://r.example/up")
  }

  @Test func resolvesAgainstAHostAlone() {
    #expect(resolved("up", against: "https://r.example") == "https://r.example/up")
    #expect(resolved("/up", against: "https://r.example?q=/") == "https://r.example/up")
  }

  enum Mode: CaseIterable {
    case secure, unverified, plain
  }

  struct Case: CustomTestStringConvertible {
    let location: String
    let mode: Mode
    /// Nil: nothing may be sent there.
    let sentTo: String?
    var isAuthorized = false

    var testDescription: String { "\(mode) \(location)" }
  }

  private static let state = "/v2/a/blobs/uploads/1?_state=x"

  static let cases: [Case] = Mode.allCases.flatMap { mode in
    let scheme = mode == .plain ? "http" : "https"
    let own = "\(scheme)://r.example:5000\(state)"
    let allowed = mode == .secure ? nil : "http://"
    return [
      Case(location: state, mode: mode, sentTo: own, isAuthorized: true),
      Case(location: "1?_state=x", mode: mode, sentTo: own, isAuthorized: true),
      Case(location: "https://r.example:5000\(state)", mode: mode, sentTo: own, isAuthorized: true),
      Case(
        location: "http://r.example:5000\(state)",
        mode: mode,
        sentTo: allowed.map { "\($0)r.example:5000\(state)" },
        isAuthorized: mode == .plain
      ),
      Case(location: "http://r.example\(state)", mode: mode, sentTo: allowed.map { "\($0)r.example\(state)" }),
      Case(location: "https://r.example\(state)", mode: mode, sentTo: "https://r.example\(state)"),
      Case(location: "https://s.example/up?sig=x", mode: mode, sentTo: "https://s.example/up?sig=x"),
      Case(location: "//s.example/up", mode: mode, sentTo: "\(scheme)://s.example/up"),
      Case(location: "http://s.example/up", mode: mode, sentTo: allowed.map { "\($0)s.example/up" }),
      Case(location: "https://r.example:5000@s.example/up", mode: mode, sentTo: "https://r.example:5000@s.example/up"),
      Case(location: "ftp://r.example:5000/up", mode: mode, sentTo: nil),
      Case(location: "", mode: mode, sentTo: nil),
      Case(location: "/v2/a/blobs/uploads/../../../b", mode: mode, sentTo: nil),
      Case(location: "/v2/a/%2e%2E/b?_state=x", mode: mode, sentTo: nil),
      Case(location: "1?_state=x/../y", mode: mode, sentTo: "\(own)/../y", isAuthorized: true),
    ]
  }

  @Test(arguments: cases)
  func onlyTheRegistryItselfGetsThePassword(_ expected: Case) async throws {
    let host = "r.example:5000"
    let scripted = ScriptedTransport { request in
      if expected.mode == .plain, request.url.hasPrefix("https://\(host)/") { return .failure(.notTLS(host: host)) }
      if request.method == .patch { return .status(202) }
      let isAuthorized = request.fields["Authorization"] != nil
      return isAuthorized ? .status(202, ["Location": expected.location]) : .status(401, ["WWW-Authenticate": "Basic"])
    }
    let registries = Registries(
      scripted: scripted,
      keychain: FixedKeychain(.basic(username: "me", password: Secret("secret"))),
      insecure: expected.mode == .secure ? [] : [host]
    )
    let client = await registries.repository(Repository(registry: Registry(host: host), path: "a"))
    let start = HTTPRequest(.post, client.url("blobs/uploads/"))
    let started = try await client.send(start, needing: .pullAndPush, "starting an upload")
    guard let sentTo = expected.sentTo else {
      await #expect(throws: RegistryError.self) { try await client.location(in: started, to: start) }
      return
    }
    let next = HTTPRequest(.patch, try await client.location(in: started, to: start))
    _ = try await client.send(next, needing: .pullAndPush, "uploading")
    let last = try #require(scripted.requests.last)
    #expect(last.url == sentTo)
    #expect((last.fields["Authorization"] != nil) == expected.isAuthorized)
  }

  /// A storage service could otherwise have any path of the registry written to, with the password.
  @Test(arguments: ["https://r.example/v2/b/manifests/v1", "//R.example:443/v2/"])
  func anotherHostDoesNotLeadBackToTheRegistry(location: String) async throws {
    let registries = Registries(scripted: ScriptedTransport([]), keychain: FixedKeychain(.anonymous))
    let client = await registries.repository(Repository(registry: Registry(host: "r.example"), path: "a"))
    let response = HTTPResponse(status: 202, fields: ["Location": location])
    let elsewhere = HTTPRequest(.patch, "https://s.example/up")
    let error = await #expect(throws: RegistryError.self) { try await client.location(in: response, to: elsewhere) }
    #expect(error?.description.hasSuffix("which only the registry itself may name") == true)
    let own = HTTPRequest(.patch, client.url("blobs/uploads/1"))
    await #expect(throws: Never.self) { try await client.location(in: response, to: own) }
  }

  @Test func anAnswerWithoutALocationIsAnError() async throws {
    let registries = Registries(scripted: ScriptedTransport([]), keychain: FixedKeychain(.anonymous))
    let client = await registries.repository(Repository(registry: Registry(host: "r.example"), path: "a"))
    await #expect(throws: RegistryError.self) {
      try await client.location(in: HTTPResponse(status: 202), to: HTTPRequest(.post, client.url("blobs/uploads/")))
    }
  }
}
