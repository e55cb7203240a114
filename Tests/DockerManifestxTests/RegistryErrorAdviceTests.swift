import HTTP
import LocalSystem
import Testing

@testable import DockerConfig
@testable import OCI
@testable import OCIRegistry
@testable import docker_manifestx

@Suite struct RegistryErrorAdviceTests {
  private static let app = Reference(Repository(registry: Registry(host: "r.example"), path: "a"), tag: Tag(text: "v1"))
  private static let anonymous = FoundCredential(.anonymous, source: "a test")
  private static let me = FoundCredential(.basic(username: "me", password: Secret("secret")), source: "a test")
  private static let identity = FoundCredential(.identityToken(Secret("t")), source: "a test")
  private static let variable = FoundCredential(me.credential, source: "a test", store: .variable("V"))
  private static let path = FoundCredential(me.credential, source: "a test", store: .namespace)
  private static func unusable(_ source: UnusableSource) -> FoundCredential {
    FoundCredential(.anonymous, source: "a test", unusable: [source])
  }
  private static let missingHelper = CredentialHelperError(name: "h", setting: "credsStore", reason: .missing)
  private static let unreadable = SettingsError(path: "/c/config.json", reason: .unreadable(SystemError(code: 13)))
  private static let insecure =
    "add “r.example” to insecure-registries in /etc/docker/daemon.json, or pass --insecure"

  static let access: [(error: RegistryError, advice: String?)] = [
    (.notFound(app, []), "If it is only on this machine: docker push r.example/a:v1"),
    (.refused(registry: "r.example", anonymous, []), "To log in: docker login r.example"),
    (.refused(registry: "docker.io", anonymous, []), "To log in: docker login"),
    (
      .uploadNotStarted(app.repository, .unexpected(status: 404, what: "POST", [])),
      "Check that the repository r.example/a exists: some registries do not create it for the first image"
    ),
    (.refused(registry: "r.example", me, []), "To use other credentials: docker login r.example"),
    (
      .refused(registry: "r.example", variable, []),
      "To use other credentials: change V, or unset it and run docker login r.example. V takes precedence over docker login"
    ),
    (
      .refused(registry: "r.example", path, []),
      "To use other credentials: change that entry, or remove it and run docker login r.example. The entry takes precedence over docker login"
    ),
    (
      .refused(registry: "r.example", unusable(.helper(missingHelper)), []),
      "Install it, or remove that setting and run docker login r.example"
    ),
    (
      .refused(registry: "r.example", unusable(.settings(unreadable)), []),
      "Make /c/config.json readable for this user"
    ),
    (
      .unanswered(.init(status: 403, schemes: []), registry: "r.example", anonymous, what: "pushing", []),
      "To log in: docker login r.example"
    ),
    (
      .blocked(.init(server: nil), host: "r.example", what: "pushing"),
      "The response may come from a firewall or a proxy: ask its administrator, or the registry's owner"
    ),
    (
      .noToken(.malformedAnswer(from: "https://t.example/token", "it is a web page"), registry: "r.example"),
      "The response may come from a firewall or a proxy: ask its administrator, or the registry's owner"
    ),
    (.noToken(.redirect(from: "https://t.example/", to: "ftp://x", "which"), registry: "r.example"), nil),
    (
      .denied(registry: "r.example", me, what: "pushing", []),
      "Ask its owner for access, or use another account: docker login r.example"
    ),
    (
      .unanswered(.init(status: 401, schemes: ["basic"]), registry: "r.example", identity, what: "pulling", []),
      "To store a password: docker login r.example"
    ),
    (.unanswered(.init(status: 401, schemes: ["negotiate"]), registry: "r.example", me, what: "pulling", []), nil),
    (
      .unexpected(status: 404, what: "GET", []),
      "Check the name of the registry: the response may come from another web server"
    ),
    (.unexpected(status: 500, what: "GET", []), nil),
    (
      .unexpected(status: 503, what: "GET", []),
      "The registry is not available, or a proxy in front of it limits the number of requests: try again later"
    ),
    (
      .unexpected(status: 413, what: "PUT", []),
      "Raise the limit of the registry, or of the proxy in front of it (nginx: client_max_body_size), or make the layer smaller"
    ),
    (
      .busy(status: 429, what: "GET", retryAfter: "3600", isTooLong: true, remaining: nil, []),
      "To wait longer: --retry-max-wait DURATION"
    ),
    (.busy(status: 429, what: "GET", retryAfter: "1", isTooLong: false, remaining: nil, []), nil),
    (.busy(status: 429, what: "GET", retryAfter: nil, isTooLong: false, remaining: nil, []), nil),
    (
      .plainRealm(registry: "r.example", realm: "http://t.example:81/token"),
      "If that is intended: add \u{201C}t.example:81\u{201D} to insecure-registries in /etc/docker/daemon.json, or pass --insecure"
    ),
  ]

  static let ofRegistries: [(status: Int, error: String, advice: String?)] = [
    (
      404, #"{"code":"NAME_UNKNOWN"}"#,
      "Check that the repository exists: some registries do not create it for the first image"
    ),
    (404, #"{"code":"BLOB_UPLOAD_UNKNOWN"}"#, nil), (400, #"{"code":"NAME_INVALID"}"#, nil),
    (
      404, #"{"message":"Not Found"}"#,
      "Check the name of the registry: the response may come from another web server"
    ),
  ]

  /// A response with the code of an error is not that of another web server.
  @Test(arguments: ofRegistries)
  func aCodeIsARegistrys(status: Int, error: String, advice: String?) {
    let body = Array(#"{"errors":[\#(error)]}"#.utf8)
    let details = RegistryError.Detail.all(in: HTTPResponse(status: status, body: body))
    #expect(RegistryError.unexpected(status: status, what: "PUT", details).advice == advice)
  }

  @Test func nothingIsPushedUnderADigest() throws {
    let missing = Reference(Self.app.repository, digest: try Digest(of: []))
    #expect(RegistryError.notFound(missing, []).advice == nil)
  }

  @Test(arguments: [(409, true), (400, true), (503, false), (429, false)])
  func immutableTagsAreMentionedAfterARefusal(status: Int, isRefusal: Bool) throws {
    let refusal = RegistryError.unexpected(status: status, what: "PUT", [])
    let advice = RegistryError.notPut(refusal, Self.app, current: try Digest(of: [])).advice
    #expect((advice ?? "").contains("immutable tags") == isRefusal)
  }

  @Test(arguments: access)
  func saysWhatToDo(error: RegistryError, advice: String?) {
    #expect(error.advice == advice)
  }

  private static func refused(_ host: String) -> TransportError {
    .cannotConnect(host: host, reason: "Connection refused")
  }

  static let connections: [(error: TransportError, registry: String, isInsecure: Bool, advice: String?)] = [
    (.notTLS(host: "r.example"), "r.example", false, "If r.example uses plain HTTP: \(insecure)"),
    (.notTLS(host: "r.example"), "r.example", true, nil),
    (refused("r.example"), "r.example", false, "If r.example uses plain HTTP on port 80: \(insecure)"),
    (refused("r.example:5000"), "r.example:5000", false, nil),
    (.cannotConnect(host: "r.example", reason: "Network is unreachable"), "r.example", false, nil),
    (.cannotConnect(host: "r.example", reason: "No route to host"), "r.example", false, nil),
    (.timedOut(host: "r.example", reason: "30 s"), "r.example", true, "To wait longer: --timeout DURATION"),
    (.untrusted(host: "r.example", .expired), "r.example", false, "To connect without verification: \(insecure)"),
    (.unknownHost("r.example"), "r.example", false, nil),
    (refused("registry-1.docker.io"), "docker.io", false, nil),
    (.notTLS(host: "registry-1.docker.io"), "docker.io", false, nil),
    (
      .untrusted(host: "registry-1.docker.io", .expired), "docker.io", false, "--insecure does not apply to Docker Hub"
    ),
    (
      .untrusted(host: "registry-1.docker.io", .unknownAuthority), "docker.io", false,
      """
      If the certificate's authority is your own, put its certificate at /etc/docker/certs.d/registry-1.docker.io/ca.crt
      --insecure does not apply to Docker Hub
      """
    ),
  ]

  @Test(arguments: connections)
  func suggestsOnlyWhatFits(error: TransportError, registry: String, isInsecure: Bool, advice: String?) {
    #expect(RegistryError.transport(error, registry: registry, isInsecure: isInsecure).advice == advice)
  }

  /// Plain HTTP for the registry says nothing about the token server.
  @Test func aTokenServerIsNoRegistry() {
    let error = RegistryError.tokenServer(.notTLS(host: "t.example"), registry: "r.example", isInsecure: false)
    #expect(error.advice == nil)
  }

  @Test(arguments: [
    (false, "Set https_proxy to http://NAME:PASSWORD@p.example:3128 (special characters as %XX)"),
    (true, "Correct them in https_proxy: http://NAME:PASSWORD@p.example:3128 (special characters as %XX)"),
  ])
  func theVariableOfTheProxyIsNamed(areRefused: Bool, advice: String) {
    let problem = ProxyProblem.credentials(variable: "https_proxy", areRefused: areRefused)
    let error = TransportError.proxy("http://p.example:3128", problem)
    #expect(RegistryError.transport(error, registry: "r.example", isInsecure: false).advice == advice)
    let ofTokens = RegistryError.tokenServer(error, registry: "r.example", isInsecure: false)
    #expect(ofTokens.advice == advice)
    #expect(ofTokens.diagnosis == nil)
  }

  @Test func theHostThatFailedIsDiagnosed() {
    let error = RegistryError.transport(
      .cannotConnect(host: "storage.example:9", reason: "refused"),
      registry: "r.example",
      isInsecure: false
    )
    #expect(error.diagnosis?.hasSuffix("doctor storage.example:9") == true)
  }
}
