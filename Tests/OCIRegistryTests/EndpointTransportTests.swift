import DockerConfig
import HTTP
import TestSupport
import Testing

@testable import OCI
@testable import OCIRegistry

@Suite struct EndpointTransportTests {
  static let host = "r.example:5000"
  static let https = "https://r.example:5000/v2/"
  static let http = "http://r.example:5000/v2/"

  static let schemes: [(error: TransportError, shownAfterHTTP: Bool)] = [
    (.cannotConnect(host: host, reason: "refused"), true),
    (.timedOut(host: host, reason: "30 s"), false),
    (.cut(host: host, reason: "reset"), false),
    (.untrusted(host: host, .expired), false),
    (.notTLS(host: host), true),
    (.tls(host: host, reason: "no cipher"), false),
  ]

  // MARK: - A registry that is not insecure

  @Test(arguments: schemes)
  func aSecureRegistryIsNeverAskedInPlainHTTP(error: TransportError, _: Bool) async throws {
    let scripted = ScriptedTransport([.failure(error)])
    let endpoint = try endpoint(scripted, requested: [])
    await #expect(throws: error) { try await endpoint.send(HTTPRequest(.get, Self.https)) }
    #expect(scripted.urls == [Self.https])
    #expect(scripted.requests.map(\.tls.verifiesServer) == [true])
    #expect(await endpoint.reason == nil)
  }

  // MARK: - An insecure one

  @Test func anInsecureRegistryMaySpeakHTTPS() async throws {
    let scripted = ScriptedTransport([.status(400), .status(200)])
    let endpoint = try endpoint(scripted)
    #expect(try await endpoint.send(HTTPRequest(.get, Self.https)).status == 400)
    #expect(try await endpoint.send(HTTPRequest(.get, Self.https)).status == 200)
    #expect(scripted.urls == [Self.https, Self.https])
    #expect(scripted.requests.map(\.tls.verifiesServer) == [false, false])
    #expect(await endpoint.reason == .requested)
  }

  @Test(arguments: schemes)
  func plainHTTPIsTriedWhateverTheReason(error: TransportError, _: Bool) async throws {
    let scripted = ScriptedTransport([.failure(error), .status(401), .status(200)])
    let endpoint = try endpoint(scripted)
    #expect(try await endpoint.send(HTTPRequest(.get, Self.https)).status == 401)
    #expect(try await endpoint.send(HTTPRequest(.get, Self.https)).status == 200)
    #expect(scripted.urls == [Self.https, Self.http, Self.http])
  }

  @Test(arguments: schemes)
  func whereBothFailTheBetterReasonIsShown(error: TransportError, shownAfterHTTP: Bool) async {
    let second = TransportError.cannotConnect(host: Self.host, reason: "second")
    let scripted = ScriptedTransport([.failure(error), .failure(second)])
    await #expect(throws: shownAfterHTTP ? second : error) {
      try await endpoint(scripted).send(HTTPRequest(.get, Self.https))
    }
  }

  private static let noTLS = TransportError.timedOut(host: host, reason: "no TLS")
  private static let noAnswer = TransportError.timedOut(host: host, reason: "no answer", stage: .exchange)

  static let shares: [(answers: [ScriptedTransport.Answer], shares: [Double], error: TransportError?)] = [
    ([.status(200)], [0.5], nil),
    ([.failure(.notTLS(host: host)), .status(200)], [0.5, 1], nil),
    ([.failure(noTLS), .status(200)], [0.5, 0.5], nil),
    (
      [.failure(noTLS), .failure(noAnswer)], [0.5, 0.5],
      .timedOut(host: host, reason: "no TLS, and in plain HTTP no answer")
    ),
    (
      [.failure(.cut(host: host, reason: "broke")), .failure(noAnswer)], [0.5, 1],
      .timedOut(host: host, reason: "no answer in plain HTTP", stage: .exchange)
    ),
    // The server speaks TLS.
    ([.failure(noAnswer)], [0.5], noAnswer),
    (
      [.failure(.cut(host: host, reason: "broke")), .failure(.other(host: host, reason: "no HTTP"))], [0.5, 1],
      .cut(host: host, reason: "broke, and in plain HTTP no HTTP")
    ),
  ]

  @Test(arguments: shares)
  func bothTriesShareTheTimeout(answers: [ScriptedTransport.Answer], shares: [Double], error: TransportError?) async {
    let scripted = ScriptedTransport(answers)
    do {
      _ = try await endpoint(scripted).send(HTTPRequest(.get, Self.https))
      #expect(error == nil)
    } catch let thrown { #expect(thrown as? TransportError == error) }
    #expect(scripted.requests.map(\.timeoutShare) == shares)
  }

  /// A TLS server answers plain HTTP with 400: what went wrong before is what the user needs to know.
  @Test func a400ToPlainHTTPIsNoAnswer() async {
    let error = TransportError.tls(host: Self.host, reason: "no cipher")
    let scripted = ScriptedTransport([.failure(error), .status(400)])
    await #expect(throws: error) { try await endpoint(scripted).send(HTTPRequest(.get, Self.https)) }
  }

  /// Port 80 of many servers leads to HTTPS, which has failed: it may succeed the next time.
  @Test(arguments: [https, "https://r.example:5000/"])
  func aRedirectToHTTPSIsNoAnswer(url: String) async throws {
    let error = TransportError.cut(host: Self.host, reason: "reset")
    let scripted = ScriptedTransport([.failure(error), .redirect(url), .status(200)])
    let endpoint = try endpoint(scripted)
    await #expect(throws: error) { try await endpoint.send(HTTPRequest(.get, Self.https)) }
    #expect(try await endpoint.send(HTTPRequest(.get, Self.https)).status == 200)
    #expect(scripted.urls == [Self.https, Self.http, Self.https])
  }

  @Test func anUnknownHostIsNotTriedAgain() async {
    let scripted = ScriptedTransport([.failure(.unknownHost(Self.host))])
    await #expect(throws: TransportError.unknownHost(Self.host)) {
      try await endpoint(scripted).send(HTTPRequest(.get, Self.https))
    }
  }

  @Test func theOthersWaitForTheFirst() async throws {
    let scripted = ScriptedTransport { request in
      guard request.url.hasPrefix("https:") else { return .status(200) }
      // Long enough for the others to come.
      try? await Task.sleep(for: .milliseconds(50))
      return .failure(.cut(host: Self.host, reason: "reset"))
    }
    let endpoint = try endpoint(scripted)
    try await withThrowingTaskGroup(of: Int.self) { group in
      for _ in 0..<20 { group.addTask { try await endpoint.send(HTTPRequest(.get, Self.https)).status } }
      for try await status in group { #expect(status == 200) }
    }
    #expect(scripted.urls == [Self.https] + Array(repeating: Self.http, count: 20))
  }

  @Test func aCancelledTaskDoesNotWaitForTheFirst() async throws {
    let (begun, isBegun) = AsyncStream<Void>.makeStream()
    let (end, isEnd) = AsyncStream<Void>.makeStream()
    let scripted = ScriptedTransport { _ in
      isBegun.finish()
      for await _ in end {}
      return .status(200)
    }
    let endpoint = try endpoint(scripted)
    let first = Task { try await endpoint.send(HTTPRequest(.get, Self.https)).status }
    for await _ in begun {}
    let waiting = Task { try await endpoint.send(HTTPRequest(.get, Self.https)).status }
    waiting.cancel()
    await #expect(throws: CancellationError.self) { try await waiting.value }
    isEnd.finish()
    #expect(try await first.value == 200)
    #expect(scripted.urls == [Self.https])
  }

  /// A cancelled request has found out nothing that would be an error of the others.
  @Test func afterACancelledRequestTheNextOneTries() async throws {
    let (begun, isBegun) = AsyncStream<Void>.makeStream()
    let transport = FirstHangs { isBegun.finish() }
    let endpoint = try endpoint(transport)
    let first = Task { try await endpoint.send(HTTPRequest(.get, Self.https)).status }
    for await _ in begun {}
    async let second = endpoint.send(HTTPRequest(.get, Self.https)).status
    // Until the second one waits.
    for _ in 0..<1000 { await Task.yield() }
    first.cancel()
    await #expect(throws: CancellationError.self) { try await first.value }
    #expect(try await second == 200)
  }

  // MARK: - Its own origin

  static let ownURLs: [(url: String, inHTTPS: Bool, inPlainHTTP: Bool)] = [
    ("https://r.example:5000/v2/", true, true),
    ("HTTPS://R.EXAMPLE:5000/v2/", true, true),
    ("http://r.example:5000/v2/", false, true),
    ("https://r.example/v2/", false, false),
    ("http://r.example/v2/", false, false),
    ("https://r.example:5000.evil.example/", false, false),
    ("https://r.example:5000@evil.example/", false, false),
    ("https://sub.r.example:5000/", false, false),
    ("/v2/", false, false),
  ]

  @Test(arguments: ownURLs)
  func plainHTTPIsItsOwnOnlyIfItSpeaksIt(url: String, inHTTPS: Bool, inPlainHTTP: Bool) async throws {
    #expect(try await endpoint(ScriptedTransport([]), requested: []).isOwn(url) == inHTTPS)
    let insecure = try endpoint(ScriptedTransport([.status(200)]))
    #expect(await insecure.isOwn(url) == inHTTPS)
    _ = try await insecure.send(HTTPRequest(.get, Self.https))
    #expect(await insecure.isOwn(url) == inHTTPS)
    let plain = try endpoint(ScriptedTransport([.failure(.notTLS(host: Self.host)), .status(200)]))
    _ = try await plain.send(HTTPRequest(.get, Self.https))
    #expect(await plain.isOwn(url) == inPlainHTTP)
  }

  /// The name says nothing, but its address does: it is looked up only when the verified way has failed.
  /// (127.1 is 127.0.0.1 to the resolver of every machine, and to nobody else.)
  @Test func anAddressMayMakeItInsecureLater() async throws {
    let scripted = ScriptedTransport([
      .failure(.untrusted(host: "127.1", .unknownAuthority)), .status(200), .status(200),
    ])
    let endpoint = try endpoint(scripted, "127.1", requested: [])
    #expect(await endpoint.reason == nil)
    #expect(try await endpoint.send(HTTPRequest(.get, "https://127.1/v2/")).status == 200)
    #expect(scripted.requests.map(\.tls.verifiesServer) == [true, false])
    #expect(await endpoint.reason == .loopback)
    // Only a connection to the addresses that were looked up is covered.
    #expect(scripted.requests.map(\.addresses) == [[], ["127.0.0.1"]])
  }

  /// Also where the registry becomes insecure on the way.
  @Test func eachRequestHasTheFieldsOfTheUserOnce() async throws {
    let scripted = ScriptedTransport([
      .failure(.untrusted(host: "127.1", .unknownAuthority)), .failure(.notTLS(host: "127.1")), .status(200),
    ])
    let endpoint = try endpoint(scripted, "127.1", requested: [], headers: [("X-Meta-A", "1")])
    _ = try await endpoint.send(HTTPRequest(.get, "https://127.1/v2/"))
    #expect(scripted.requests.map { $0.fields.all("X-Meta-A") } == [["1"], ["1"], ["1"]])
  }

  /// For the transports above, the registry has one address: where it leads to itself, it is still itself.
  @Test func whereAPlainRegistryLeadsToItselfItStaysTheSame() async throws {
    let scripted = ScriptedTransport([
      .failure(.notTLS(host: Self.host)), .redirect("http://\(Self.host)/v2/other"), .redirect("http://s.example/"),
    ])
    let endpoint = try endpoint(scripted)
    let here = try await endpoint.send(HTTPRequest(.get, Self.https))
    #expect(here.redirectURL == "https://\(Self.host)/v2/other")
    let away = try await endpoint.send(HTTPRequest(.get, Self.https))
    #expect(away.redirectURL == "http://s.example/")
  }

  // MARK: - Other hosts, and certificates

  @Test func otherHostsKeepTheirScheme() async throws {
    let other = "https://r.example:5000.evil.example/"
    let error = TransportError.notTLS(host: "r.example:5000.evil.example")
    let scripted = ScriptedTransport([.failure(error)])
    await #expect(throws: error) { try await endpoint(scripted).send(HTTPRequest(.get, other)) }
    #expect(scripted.urls == [other])
  }

  @Test func everyRequestCarriesTheRegistrysCertificates() async throws {
    let base = "etc/docker/certs.d/\(Self.host)"
    let directory = try TemporaryDirectory(["\(base)/ca.crt": "", "\(base)/me.cert": "", "\(base)/me.key": ""])
    let scripted = ScriptedTransport([.status(200), .status(200)])
    let endpoint = try endpoint(scripted, requested: [], directory)
    for url in [Self.https, "https://t.example/token"] { _ = try await endpoint.send(HTTPRequest(.get, url)) }
    let prefix = "\(directory.path)/\(base)"
    for tls in scripted.requests.map(\.tls) {
      #expect(tls.verifiesServer)
      #expect(tls.authorities == ["\(prefix)/ca.crt"])
      #expect(tls.client == .init(certificate: "\(prefix)/me.cert", key: "\(prefix)/me.key"))
    }
  }

  @Test func dockerHubsRegistryHasAnotherName() {
    #expect(EndpointTransport.url(.dockerHub, "/v2/") == "https://registry-1.docker.io/v2/")
    #expect(EndpointTransport.url(Registry(host: "[::1]:5000"), "/v2/") == "https://[::1]:5000/v2/")
  }

  func endpoint(
    _ base: any HTTPTransport,
    _ host: String = host,
    requested: Set<String> = [host],
    headers: [(name: String, value: String)] = [],
    reason: InsecureRegistries.Reason? = nil,
    _ directory: TemporaryDirectory? = nil
  ) throws -> EndpointTransport {
    let root = directory?.path ?? "/nowhere"
    let paths = DockerPaths(environment: ["MANIFESTX_ROOT": root], home: "\(root)/home")
    return EndpointTransport(
      base: base,
      registry: Registry(host: host),
      insecure: InsecureRegistries(requested: requested, daemon: DaemonConfig(paths)),
      certificates: RegistryCertificates(forHost: host, paths),
      headers: headers,
      reason: reason
    )
  }
}

/// Answers 200, but the first request never.
private actor FirstHangs: HTTPTransport {
  private var isFirst = true
  private let onFirst: @Sendable () -> Void

  init(onFirst: @escaping @Sendable () -> Void) { self.onFirst = onFirst }

  func send(_ request: HTTPRequest) async throws -> HTTPResponse {
    if isFirst {
      isFirst = false
      onFirst()
      try await Task.sleep(for: .seconds(3600))
    }
    return HTTPResponse(status: 200)
  }
}
