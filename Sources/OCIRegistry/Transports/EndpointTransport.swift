import DockerConfig
import HTTP
import OCI

/// Where one registry is and how it is spoken to: `https` with a verified certificate; for a registry that the user calls
/// insecure, `https` with any certificate, and plain `http` if that fails for whatever reason.
///
/// For an insecure registry the first request finds out which it is, and the others wait for its result. Requests to
/// other hosts (token servers, storage) pass through with the same certificates. `--insecure` makes them insecure as well.
/// The settings do so only for certificates, as in docker. In all other cases, they need a reason of their own.
actor EndpointTransport: HTTPTransport {
  private enum Mode {
    case verifiedHTTPS, unverifiedHTTPS, plainHTTP
  }

  private let base: any HTTPTransport
  private let registry: Registry
  private let insecure: InsecureRegistries
  nonisolated let certificates: RegistryCertificates
  /// Fields that the user wants every request to the registry to have.
  private let headers: [(name: String, value: String)]
  private let onEvent: @Sendable (RegistryEvent) -> Void
  /// Why this registry may be spoken to without a verified certificate; nil where it may not.
  private(set) var reason: InsecureRegistries.Reason?
  /// Where the addresses of the name are the reason, these addresses.
  private var addresses: [String] = []
  /// The same for other hosts that were looked up; nil where a host is not insecure.
  private var otherHosts: [String: InsecureRegistries.AddressReason?] = [:]
  /// Nil until one has worked.
  private var mode: Mode?
  /// True after the first answer over verified TLS. Then only that will do: whoever cuts a connection must not receive in
  /// plain HTTP what is meant for the server that has answered.
  private var isProven = false
  private var isTrying = false
  private let queue = WaitQueue()

  init(
    base: any HTTPTransport,
    registry: Registry,
    insecure: InsecureRegistries,
    certificates: RegistryCertificates,
    headers: [(name: String, value: String)] = [],
    reason: InsecureRegistries.Reason? = nil,
    onEvent: @escaping @Sendable (RegistryEvent) -> Void = { _ in }
  ) {
    self.base = base
    self.registry = registry
    self.insecure = insecure
    self.certificates = certificates
    self.headers = headers
    self.onEvent = onEvent
    self.reason = reason ?? insecure.reason(forHost: registry.host)
    mode = self.reason == nil ? .verifiedHTTPS : nil
    if let reason = self.reason {
      onEvent(.mayBeInsecure(registry: registry.host, reason))
    }
    for problem in certificates.problems { onEvent(.certificatesUnusable(problem)) }
    if !certificates.isEmpty { onEvent(.certificates(registry: registry.host, certificates)) }
  }

  /// The URL of a path on the registry; this transport decides about the scheme when it is sent.
  static func url(_ registry: Registry, _ path: String) -> String { "https://\(host(registry))\(path)" }

  /// Docker Hub's registry has another name than its images.
  private static func host(_ registry: Registry) -> String {
    registry == .dockerHub ? DockerHub.registryHost : registry.host
  }

  /// True if a URL is the registry's own. In plain HTTP it is so only where the registry itself is spoken to in plain HTTP.
  func isOwn(_ url: String) -> Bool {
    guard let origin = Origin(url: url) else { return false }
    let secure = Self.url(registry, "")
    return origin == Origin(url: secure) || (mode == .plainHTTP && origin == Origin(url: secure.inPlainHTTP))
  }

  /// How a URL would be requested now, as far as that is known.
  func prepared(_ request: HTTPRequest) async -> HTTPRequest {
    if !request.keepsScheme, isOwn(request.url) { return prepared(request, mode ?? .verifiedHTTPS, addresses) }
    let insecure = await insecureAddresses(of: request.url)
    return prepared(request, insecure == nil ? .verifiedHTTPS : .unverifiedHTTPS, insecure ?? [])
  }

  /// The settings and certificates that cannot be used and might have prevented the error.
  func unusableSources(for error: TransportError) -> [any Error] {
    let insecure = reason == nil ? insecure.problems : []
    let unusable = error.unusable
    let settings: [any Error] =
      switch error {
      case .untrusted(_, .unknownAuthority, _):
        certificates.problems + certificates.unmatched.filter { file in !unusable.contains { $0.isAbout(file.path) } }
          + certificates.ignored + insecure
      case .untrusted: certificates.problems + insecure
      case .tls: certificates.problems + certificates.ignored + insecure
      case .notTLS, .cannotConnect: insecure
      default: []
      }
    return settings + unusable
  }

  /// An error of the connection, with what might have prevented it.
  func explained(_ error: TransportError) -> RegistryError {
    .transport(
      error,
      registry: registry.host,
      isInsecure: reason != nil,
      unusable: unusableSources(for: error)
    )
  }

  func send(_ request: HTTPRequest) async throws -> HTTPResponse {
    guard isOwn(request.url) else { return try await base.send(await prepared(request)) }
    let complete = request.with(headers)
    if request.keepsScheme { return try await base.send(await prepared(complete)) }
    while mode == nil {
      if !isTrying { return try await tryEachMode(complete) }
      try await queue.wait()
    }
    let mode = mode ?? .verifiedHTTPS
    do {
      let response = try await answer(complete, mode)
      if mode == .verifiedHTTPS { becomesProven() }
      return response
    } catch let error as TransportError {
      guard mode == .verifiedHTTPS, error.mayBeInsecure, await becomesInsecure(after: error) else { throw error }
      return try await send(request)
    }
  }

  /// A connection with verified TLS was made. Counts only where the name does not make the registry insecure.
  func wasVerified() {
    if mode == .verifiedHTTPS { becomesProven() }
  }

  /// Also where a request that broke before has made the registry insecure in the meantime.
  private func becomesProven() {
    if isProven { return }
    (isProven, reason, addresses, mode) = (true, nil, [], .verifiedHTTPS)
    queue.wakeAll()
  }

  /// True if the user allowed plain HTTP and unverified certificates for the host of this URL.
  func allowsInsecure(_ url: String) async -> Bool { await insecureAddresses(of: url) != nil }

  /// Nil if the host must be verified. Empty if any address will do, because a name is the reason; otherwise only a
  /// connection to these addresses is covered.
  private func insecureAddresses(of url: String) async -> [String]? {
    guard let origin = Origin(url: url) else { return nil }
    let own = Origin(url: Self.url(registry, ""))
    let isOwnHost = origin.host == own?.host
    // Another port of the same host may have an entry of its own.
    let ownReason = origin == own ? nil : insecure.reason(forHost: "\(origin)")
    if case .setting = ownReason { return [] }
    guard let reason else { return nil }
    // Another port of the same host has the same addresses.
    if isOwnHost { return addresses }
    switch reason {
    case .requested: return []
    case .setting where addresses.isEmpty && origin.isSecure: return []
    // The registry could name any host, which would then get the password.
    case .setting, .loopback, .mirror: break
    }
    if ownReason != nil { return [] }
    if let known = otherHosts[origin.host] { return known?.addresses }
    let found = await insecure.reason(forAddressesOf: origin.host)
    otherHosts[origin.host] = .some(found)
    return found?.addresses
  }

  /// The name did not say so, but an address may be in a range that does. Looked up only now, because it takes time.
  private func becomesInsecure(after error: TransportError) async -> Bool {
    if isProven { return false }
    // A proxy that fails says nothing about the registry, whose name is looked up there.
    if case .proxy = error, insecure.ranges(forHost: registry.host).isEmpty { return false }
    if reason == nil, let found = await insecure.reason(forAddressesOf: registry.host), !isProven {
      onEvent(.addressesMayBeInsecure(registry: registry.host, found))
      (reason, addresses) = (found.reason, found.addresses)
      mode = nil
    }
    return reason != nil
  }

  private func tryEachMode(_ request: HTTPRequest) async throws -> HTTPResponse {
    isTrying = true
    defer { isTrying = false }
    do {
      var first = request
      // Plain HTTP has the other half.
      first.timeoutShare = 0.5
      let response = try await answer(first, .unverifiedHTTPS)
      settle(.unverifiedHTTPS)
      return response
    } catch let error as TransportError where error.mayBeInsecure && !isProven {
      onEvent(.tryingPlainHTTP(registry: registry.host, after: error))
      return try await tryPlainHTTP(request, after: error)
    } catch {
      giveUp(error)
      throw error
    }
  }

  private func tryPlainHTTP(_ request: HTTPRequest, after secureError: TransportError) async throws -> HTTPResponse {
    // Where nothing but this is left, the others need not wait for the response.
    if case .notTLS = secureError { settle(.plainHTTP) }
    var request = request
    if case .timedOut = secureError { request.timeoutShare = 0.5 }
    let response: HTTPResponse
    do { response = try await base.send(prepared(request, .plainHTTP, addresses)) } catch {
      let shown = secureError.isOfConnection || error.isOfHTTP ? error : secureError.adding(error)
      giveUp(shown)
      throw shown
    }
    // A TLS server answers plain HTTP with 400, and port 80 beside it often redirects to HTTPS. A proxy that has refused the
    // password may answer for the registry. Then the first error counts.
    let leadsToTLS = response.redirectURL.flatMap { Origin(url: $0) } == Origin(url: Self.url(registry, ""))
    let isOfProxy = secureError.refusesProxyPassword && response.mayBeProxys
    let isNoAnswer = response.status == 400 || leadsToTLS || isOfProxy
    if isProven || isNoAnswer && mode == nil {
      giveUp(secureError)
      throw secureError
    }
    settle(.plainHTTP)
    return received(response, .plainHTTP)
  }

  private func settle(_ found: Mode) {
    if isProven { return }
    if mode == nil { onEvent(.modeFound(registry: registry.host, isPlainHTTP: found == .plainHTTP)) }
    mode = found
    queue.wakeAll()
  }

  private func giveUp(_ error: any Error) {
    if isProven { return }
    mode = nil
    // A cancelled request has found out nothing: one of the others tries.
    queue.wakeAll(throwing: Task.isCancelled ? nil : error)
  }

  /// Above this transport the registry has one address, whichever scheme it is spoken to in; also where it leads to itself.
  private func answer(_ request: HTTPRequest, _ mode: Mode) async throws -> HTTPResponse {
    received(try await base.send(prepared(request, mode, addresses)), mode)
  }

  private func received(_ response: HTTPResponse, _ mode: Mode) -> HTTPResponse {
    // First the one that answers.
    if let index = addresses.firstIndex(of: response.metrics.address) { addresses.swapAt(0, index) }
    guard mode == .plainHTTP else { return response }
    var response = response
    let secure = Self.url(registry, "/")
    if let next = response.redirectURL, next.hasPrefix(secure.inPlainHTTP) {
      response.redirectURL = secure + next.dropFirst(secure.inPlainHTTP.count)
    }
    return response
  }

  private func prepared(_ request: HTTPRequest, _ mode: Mode, _ addresses: [String]) -> HTTPRequest {
    var request = request
    request.addresses = addresses
    let mayHaveClient = request.tls.mayHaveClient
    request.tls = certificates.tls(verifiesServer: mode == .verifiedHTTPS, mayHaveClient: mayHaveClient)
    if mode == .plainHTTP { request.url = request.url.inPlainHTTP }
    return request
  }
}

extension String {
  /// The same URL with the scheme `http`.
  fileprivate var inPlainHTTP: String {
    lowercased().hasPrefix("https://") ? "http://" + dropFirst("https://".count) : self
  }
}

extension HTTPResponse {
  /// True for a refusal without any sign that it is a registry's.
  fileprivate var mayBeProxys: Bool {
    status == 401 && metrics.isProxied && fields["Docker-Distribution-Api-Version"] == nil
      && !Challenge.all(in: self).contains(where: \.leadsToToken)
  }
}

extension HTTPRequest {
  fileprivate func with(_ headers: [(name: String, value: String)]) -> HTTPRequest {
    var request = self
    for (name, value) in headers { request.fields.append(name, value) }
    return request
  }
}
