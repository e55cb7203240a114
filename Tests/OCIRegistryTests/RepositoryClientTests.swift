import DockerConfig
import HTTP
import TestSupport
import Testing

@testable import OCI
@testable import OCIRegistry

@Suite struct RepositoryClientTests {
  // MARK: - Getting

  @Test func asksForEveryFormOfManifest() async throws {
    let scripted = ScriptedTransport([.status(200, ["Content-Type": Sample.oci], body: Sample.manifest)])
    let found = try await client(scripted, repository: "a/b").manifest(.tag(Tag(parsing: "v1")))
    #expect(found.bytes == Array(Sample.manifest.utf8))
    #expect(try found.digest == Digest(of: found.bytes))
    let request = try #require(scripted.requests.first)
    #expect(request.url == "https://r.example/v2/a/b/manifests/v1")
    #expect(MediaType.manifests.allSatisfy { request.fields["Accept"]?.contains($0.rawValue) == true })
  }

  static let types: [(field: String?, body: String, type: MediaType?)] = [
    (Sample.oci, Sample.manifest, .ociManifest),
    ("\(Sample.oci); charset=utf-8", Sample.manifest, .ociManifest),
    (Sample.oci, "{}", .ociManifest),
    ("application/json", Sample.manifest, .ociManifest),
    (nil, Sample.manifest, .ociManifest),
    (MediaType.dockerManifest.rawValue, Sample.manifest, nil),
    ("application/json", "{}", nil),
    ("text/html", "<html>", nil),
    ("application/vnd.docker.distribution.manifest.v1+prettyjws", "{}", nil),
    (Sample.oci, #"{"mediaType":"\#(Sample.oci)","mediaType":"\#(Sample.oci)"}"#, nil),
  ]

  @Test(arguments: types)
  func contentTypeAndMediaTypeMustAgree(field: String?, body: String, type: MediaType?) async throws {
    var fields: HTTPFields = [:]
    fields["Content-Type"] = field
    let client = try await client(ScriptedTransport([.status(200, fields, body: body)]))
    let reference = try Reference(parsing: "r.example/a:v1")
    if let type {
      #expect(try await client.manifest(reference.name).mediaType == type)
    } else {
      await #expect(throws: RegistryError.self) { try await client.manifest(reference.name) }
    }
  }

  static let digests: [(name: String, said: String?, isGood: Bool)] = [
    ("a:v1", nil, true),
    ("a:v1", Sample.digest, true),
    ("a:v1", Sample.other, false),
    ("a:v1", "sha999:abc", false),
    ("a@\(Sample.digest)", nil, true),
    ("a:v1@\(Sample.digest)", nil, true),
    ("a@\(Sample.other)", nil, false),
    ("a@\(Sample.other)", Sample.other, false),
    // What the registry says never replaces what was asked for.
    ("a@\(Sample.other)", Sample.digest, false),
    ("a:v1@\(Sample.other)", Sample.digest, false),
  ]

  @Test(arguments: digests)
  func everyManifestIsVerified(name: String, said: String?, isGood: Bool) async throws {
    var fields: HTTPFields = ["Content-Type": Sample.oci]
    fields["Docker-Content-Digest"] = said
    let client = try await client(ScriptedTransport([.status(200, fields, body: Sample.manifest)]))
    let reference = try Reference(parsing: "r.example/\(name)")
    if isGood {
      #expect(try await client.manifest(reference.name).digest.description == Sample.digest)
    } else {
      await #expect(throws: RegistryError.self) { try await client.manifest(reference.name) }
    }
  }

  @Test func everyConfigIsVerified() async throws {
    let reference = try Reference(parsing: "r.example/a:v1")
    let digest = try Digest(of: Array("abc".utf8), .sha512)
    let descriptor = Descriptor(mediaType: .ociConfig, size: 3, digest: digest)
    let scripted = ScriptedTransport([.status(200, body: "abc"), .status(200, body: "abd")])
    #expect(try await client(scripted).config(descriptor, of: reference.name) { $0 } == Array("abc".utf8))
    #expect(scripted.urls == ["https://r.example/v2/a/blobs/\(digest)"])
    await #expect(throws: RegistryError.self) {
      try await client(scripted).config(descriptor, of: reference.name) { $0 }
    }
  }

  // MARK: - Refused

  private static let me = Credential.basic(username: "me", password: Secret("secret"))
  private static let unknown = #"{"errors":[{"code":"MANIFEST_UNKNOWN","message":"no such","detail":{"tag":"v1"}}]}"#

  static let errors: [(answer: ScriptedTransport.Answer, credential: Credential, text: String)] = [
    (
      .status(404, body: unknown), .anonymous,
      "r.example/a:v1 is not in the registry"
    ),
    (
      .status(404, body: #"{"errors":[{"code":"NAME_UNKNOWN","message":"no such"}]}"#), .anonymous,
      "r.example/a:v1 is not in the registry, which has no repository r.example/a"
    ),
    (
      .status(404, body: #"{"errors":[{"code":"GONE","message":"moved","detail":{"to":"b"}}]}"#), .anonymous,
      "r.example/a:v1 is not in the registry (registry message: “GONE: moved”)"
    ),
    (
      .status(404, body: #"{"errors":[{"code":"GONE","message":"moved","detail":"to b"},{}]}"#), .anonymous,
      "r.example/a:v1 is not in the registry (registry message: “GONE: moved (to b)”)"
    ),
    (
      .status(404, body: #"{"errors":[{"code":"X","message":"\#(String(repeating: "é", count: 300))"}]}"#), .anonymous,
      "r.example/a:v1 is not in the registry (registry message: “X: \(String(repeating: "é", count: 200))…”)"
    ),
    (
      .status(404, body: #"{"errors":[{"code":"X","message":"gone\nPublished a:b\r\n::warning::x\u2028y"}]}"#),
      .anonymous,
      "r.example/a:v1 is not in the registry (registry message: “X: gone Published a:b ::warning::x y”)"
    ),
    (.status(404, body: "<html>"), .anonymous, "GET r.example/v2/a/manifests/v1 returned 404 (not found)"),
    (
      .status(500, body: "<html><head><title>500 Out of\n order</title>"), .anonymous,
      "GET r.example/v2/a/manifests/v1 returned 500 (server error) (registry message: “Out of order”)"
    ),
    (
      .status(500, body: "<html><body><h1>500 No server</h1>"), .anonymous,
      "GET r.example/v2/a/manifests/v1 returned 500 (server error) (registry message: “No server”)"
    ),
    (
      .status(500, ["Content-Type": "text/plain; charset=utf-8"], body: "\nno space left\nat line 1"), .anonymous,
      "GET r.example/v2/a/manifests/v1 returned 500 (server error) (registry message: “no space left”)"
    ),
    (
      .status(401), .anonymous,
      "r.example requires authentication, and no credentials are stored for it"
    ),
    (
      .status(403, body: #"{"message":"no"}"#), .registryToken(Secret("r")),
      "r.example does not allow pulling r.example/a:v1 (registry message: “no”): it returned 403 and did not say how to authenticate, so the credentials from a test were not sent"
    ),
    (
      .status(403, ["Content-Type": "text/html", "Server": "nginx"], body: "<h1>Forbidden</h1>"), me,
      "r.example does not allow pulling r.example/a:v1: it returned 403 with a web page (server: “nginx”) instead of a registry's error"
    ),
    (
      .status(403, body: #"{"errors":[{"code":"DENIED"}]}"#), .anonymous,
      "r.example does not allow pulling r.example/a:v1 (registry message: “DENIED”): it returned 403 and did not say how to authenticate"
    ),
    (
      .status(401), me,
      "r.example does not allow pulling r.example/a:v1: it returned 401 and did not say how to authenticate, so the credentials from a test were not sent"
    ),
    (
      .status(401, ["WWW-Authenticate": "Negotiate, NTLM"]), me,
      "r.example does not allow pulling r.example/a:v1: it returned 401 and requires an authentication scheme that is not supported (negotiate, ntlm), so the credentials from a test were not sent"
    ),
    (
      .status(401, ["WWW-Authenticate": "Negotiate"]), .anonymous,
      "r.example does not allow pulling r.example/a:v1: it returned 401 and requires an authentication scheme that is not supported (negotiate)"
    ),
    (
      .status(401, ["WWW-Authenticate": "Basic"]), .identityToken(Secret("t")),
      "r.example does not allow pulling r.example/a:v1: it requires a user name and a password, and the credentials from a test are an identity token, which was not sent"
    ),
    (
      .status(401), .registryToken(Secret("r")),
      "r.example does not allow pulling r.example/a:v1 with the credentials from a test"
    ),
    (
      .status(401, ["WWW-Authenticate": "Basic"]), me,
      "r.example did not accept the credentials from a test"
    ),
    (
      .failure(.notTLS(host: "r.example")), me,
      "r.example does not use TLS (https) on this port"
    ),
  ]

  /// A GET after the HEAD would wait for the token server once more.
  @Test func aTokenServerThatDoesNotAnswerIsAskedOnce() async throws {
    let challenge: HTTPFields = ["WWW-Authenticate": #"Bearer realm="https://t.example/token",service="x""#]
    let scripted = ScriptedTransport { request in
      guard request.url.hasPrefix("https://t.example/") else { return .status(401, challenge) }
      return .failure(.timedOut(host: "t.example", reason: "none"))
    }
    let client = try await client(scripted)
    await #expect(throws: RegistryError.self) { try await client.digest(of: .tag(Tag(parsing: "v1"))) }
    #expect(scripted.urls.count { $0.hasPrefix("https://t.example/") } == 1)
  }

  @Test func aTokenServerThatCannotBeReachedIsNamedAsOne() async throws {
    let scripted = ScriptedTransport { request in
      request.url.hasPrefix("https://t.example")
        ? .failure(.unknownHost("t.example"))
        : .status(401, ["WWW-Authenticate": #"Bearer realm="https://t.example/token""#])
    }
    let error = await #expect(throws: RegistryError.self) {
      try await client(scripted, Self.me).manifest(.tag(Tag(parsing: "v1")))
    }
    let words =
      "cannot get a token for r.example from the token server that the registry names: cannot resolve the host name t.example"
    #expect(error?.description == words)
  }

  @Test(arguments: errors)
  func saysWhatHappened(answer: ScriptedTransport.Answer, credential: Credential, text: String) async throws {
    let client = try await client(ScriptedTransport { _ in answer }, credential)
    let error = await #expect(throws: RegistryError.self) { try await client.manifest(.tag(Tag(parsing: "v1"))) }
    #expect(error?.description == text)
  }

  private func client(
    _ base: ScriptedTransport,
    _ credential: Credential = .anonymous,
    repository path: String = "a"
  ) async throws -> RepositoryClient {
    let clocks = Clocks(running: StoppedClock())
    let registries = Registries(scripted: base, keychain: FixedKeychain(credential), clocks: clocks)
    return await registries.repository(Repository(registry: Registry(host: "r.example"), path: path))
  }
}
