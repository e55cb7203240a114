import DockerConfig
import HTTP
import OCI

/// Where one registry is and how it is spoken to: `https` with a verified certificate; for a registry that is insecure by
/// the user's word, `https` with any certificate, and plain `http` if that fails for whatever reason.
///
/// For an insecure registry the first request finds out which it is, and the others wait for its result. Requests to
/// other hosts (token servers, storage) pass through with the same certificates and the same leniency, as in docker.
actor EndpointTransport: HTTPTransport {
  private enum Way {
    case verified, unverified, plain
  }

  private let base: any HTTPTransport
  private let registry: Registry
  private let insecure: InsecureRegistries
  private let certificates: RegistryCertificates
  /// Fields that the user wants every request to the registry to have.
  private let headers: [(name: String, value: String)]
  /// Why this registry may be spoken to without proof of who it is; nil where it may not.
  private(set) var reason: InsecureRegistries.Reason?
  /// Nil until a way has worked.
  private var settled: Way?
  private var isTrying = false
  private var waiting: [CheckedContinuation<Void, any Error>] = []
  private let log: @Sendable (String) -> Void

  init(
    base: any HTTPTransport,
    registry: Registry,
    insecure: InsecureRegistries,
    certificates: RegistryCertificates,
    headers: [(name: String, value: String)] = [],
    reason: InsecureRegistries.Reason? = nil,
    log: @escaping @Sendable (String) -> Void
  ) {
    self.base = base
    self.registry = registry
    self.insecure = insecure
    self.certificates = certificates
    self.headers = headers
    self.log = log
    self.reason = reason ?? insecure.reason(forHost: registry.host)
    settled = self.reason == nil ? .verified : nil
    if let reason = self.reason { log("\(registry) may be insecure: \(reason)") }
    if !certificates.isEmpty { log("\(registry) has certificates: \(certificates)") }
  }

  /// The URL of a path on the registry; this transport decides about the scheme when it is sent.
  static func url(_ registry: Registry, _ path: String) -> String { "https://\(registry.apiHost)\(path)" }

  func send(_ request: HTTPRequest) async throws -> HTTPResponse {
    guard request.url.hasPrefix(Self.url(registry, "/")) else {
      return try await base.send(prepared(request, reason == nil ? .verified : .unverified))
    }
    let request = request.with(headers)
    while settled == nil {
      if !isTrying { return try await tryEachWay(request) }
      try await withCheckedThrowingContinuation { waiting.append($0) }
    }
    let way = settled ?? .verified
    do { return try await answer(request, way) } catch let error as TransportError {
      guard way == .verified, error.mayBeInsecure, becomesInsecure() else { throw error }
      return try await send(request)
    }
  }

  /// The name did not say so, but an address may be in a range that does. Asked only now, because a look-up takes time.
  private func becomesInsecure() -> Bool {
    if reason == nil, let found = insecure.reason(forAddressesOf: registry.host) {
      log("\(registry) may be insecure: its address is \(found)")
      reason = found
      settled = nil
    }
    return reason != nil
  }

  private func tryEachWay(_ request: HTTPRequest) async throws -> HTTPResponse {
    isTrying = true
    defer { isTrying = false }
    do {
      let response = try await answer(request, .unverified)
      settle(.unverified)
      return response
    } catch let error as TransportError where error.mayBeInsecure {
      log("https to \(registry) failed, trying http: \(error)")
      return try await tryPlain(request, after: error)
    } catch {
      giveUp(error)
      throw error
    }
  }

  private func tryPlain(_ request: HTTPRequest, after secureError: TransportError) async throws -> HTTPResponse {
    // Where nothing but this is left, the others need not wait for the answer.
    if case .notTLS = secureError { settle(.plain) }
    do {
      let response = try await answer(request, .plain)
      // A TLS server's word for plain HTTP: what went wrong before is what the user needs to know.
      if response.status == 400, settled == nil { throw secureError }
      settle(.plain)
      return response
    } catch {
      let shown = secureError.isOfConnection || error.isOfHTTP ? error : secureError
      giveUp(shown)
      throw shown
    }
  }

  private func settle(_ way: Way) {
    if settled == nil { log("\(registry) speaks \(way == .plain ? "http" : "https, certificate not verified")") }
    settled = way
    for continuation in waiting { continuation.resume() }
    waiting = []
  }

  private func giveUp(_ error: any Error) {
    settled = nil
    for continuation in waiting { continuation.resume(throwing: error) }
    waiting = []
  }

  /// Above this transport the registry has one address, whichever way it is spoken to; also where it leads to itself.
  private func answer(_ request: HTTPRequest, _ way: Way) async throws -> HTTPResponse {
    var response = try await base.send(prepared(request, way))
    let (plain, secure) = ("http://\(registry.apiHost)/", Self.url(registry, "/"))
    if way == .plain, let next = response.redirectURL, next.hasPrefix(plain) {
      response.redirectURL = secure + next.dropFirst(plain.count)
    }
    return response
  }

  private func prepared(_ request: HTTPRequest, _ way: Way) -> HTTPRequest {
    var request = request
    request.tls.verifiesServer = way == .verified
    request.tls.authorities = certificates.authorities
    request.tls.client = certificates.clients.first.map { .init(certificate: $0.certificate, key: $0.key) }
    if way == .plain { request.url.replace("https://", with: "http://", maxReplacements: 1) }
    return request
  }
}

extension HTTPRequest {
  /// docker's own fields are not the user's to change, and neither is what frames the message.
  fileprivate func with(_ headers: [(name: String, value: String)]) -> HTTPRequest {
    var request = self
    for (name, value) in headers where fields[name] == nil {
      let isReserved = ["authorization", "host", "user-agent", "connection", "transfer-encoding", "expect"]
        .contains(name.lowercased())
      if !isReserved, !name.lowercased().hasPrefix("content-") { request.fields.append(name, value) }
    }
    return request
  }
}

extension TransportError {
  /// True where another way of speaking to the same host may do better.
  fileprivate var mayBeInsecure: Bool {
    switch self {
    case .cannotConnect, .timedOut, .cut, .untrusted, .notTLS, .tls, .authorities, .proxy: true
    case .unknownHost, .tooLarge, .other, .unavailable: false
    }
  }
}

extension Error {
  /// True where the server did speak HTTP, and something was wrong with that.
  fileprivate var isOfHTTP: Bool {
    guard let error = self as? TransportError, case .tooLarge = error else { return false }
    return true
  }
}

extension TransportError {
  /// True where TLS did not come into it.
  fileprivate var isOfConnection: Bool {
    switch self {
    case .cannotConnect, .notTLS, .timedOut: true
    default: false
    }
  }
}
