import DockerConfig
import HTTP
import OCI

/// What every registry client of one run shares: the transport, and what this machine knows of registries.
package struct RegistryContext: Sendable {
  let transport: any HTTPTransport
  let keychain: any Keychain
  let settings: RegistrySettings
  /// Told what takes time, in words.
  let note: @Sendable (String) -> Void
  let log: @Sendable (String) -> Void

  package init(
    transport: any HTTPTransport,
    keychain: any Keychain,
    settings: RegistrySettings,
    note: @escaping @Sendable (String) -> Void = { _ in },
    log: @escaping @Sendable (String) -> Void = { _ in }
  ) {
    self.transport = transport
    self.keychain = keychain
    self.settings = settings
    self.note = note
    self.log = log
  }

  /// - Parameters:
  ///   - scopes: Everything that will be asked of this registry.
  ///   - readsMirrors: Whether docker's mirrors of Docker Hub are asked first. Not for what is to be published: a mirror may
  ///     still have what the name stood for yesterday.
  /// - Throws: `SettingsError` if the registry's certificates cannot be used.
  package func client(for registry: Registry, scopes: [Scope], readsMirrors: Bool = false) throws -> RegistryClient {
    let line = try line(to: registry, scopes, retry: settings.retry)
    var transport: any HTTPTransport = line.transport
    if readsMirrors, registry == .dockerHub, !settings.mirrors.isEmpty {
      transport = MirroringTransport(
        base: transport,
        registryURL: EndpointTransport.url(registry, ""),
        mirrors: try settings.mirrors.compactMap { try mirror($0, scopes) },
        log: log
      )
    }
    return RegistryClient(
      registry: registry,
      transport: transport,
      endpoint: line.endpoint,
      authorizer: line.authorizer
    )
  }

  /// Everything between a request to one registry and the wire.
  private struct Line {
    let transport: any HTTPTransport
    let endpoint: EndpointTransport
    let authorizer: Authorizer
  }

  private func line(
    to registry: Registry,
    _ scopes: [Scope],
    retry: RetryPolicy,
    reason: InsecureRegistries.Reason? = nil
  ) throws -> Line {
    let endpoint = EndpointTransport(
      base: transport,
      registry: registry,
      insecure: settings.insecure,
      certificates: try RegistryCertificates(forHost: registry.host, settings.paths),
      headers: settings.headers,
      reason: reason,
      log: log
    )
    let allowsPlainHTTP: @Sendable () async -> Bool = { await endpoint.reason != nil }
    let throttled = ThrottlingTransport(base: endpoint)
    let patient = RetryingTransport(base: throttled, policy: retry, clock: ContinuousClock(), onWait: onWait)
    let following = RedirectingTransport(base: patient, allowsPlainHTTP: allowsPlainHTTP)
    let authorizer = Authorizer(
      registry: registry,
      scopes: scopes,
      keychain: keychain,
      transport: following,
      allowsPlainHTTP: allowsPlainHTTP,
      log: log
    )
    return Line(
      transport: AuthenticatingTransport(base: following, authorizer: authorizer),
      endpoint: endpoint,
      authorizer: authorizer
    )
  }

  /// Nil if the URL is none; docker's engine tells its owner so.
  private func mirror(_ url: String, _ scopes: [Scope]) throws -> MirroringTransport.Mirror? {
    let address = url.split(separator: "/", maxSplits: 2, omittingEmptySubsequences: false).last ?? ""
    guard let origin = Origin(url: url), let registry = Registry(parsing: origin.description),
      !address.contains("/") || address.firstIndex(of: "/") == address.indices.last
    else {
      log("\u{201C}\(redacted(url))\u{201D} in registry-mirrors is no URL of a host alone, and not used")
      return nil
    }
    // A mirror that does not answer at once is not worth a second try: the registry itself is there.
    let retry = RetryPolicy(attempts: 1)
    let line = try line(to: registry, scopes, retry: retry, reason: origin.isSecure ? nil : .mirror)
    return MirroringTransport.Mirror(url: EndpointTransport.url(registry, ""), transport: line.transport)
  }

  private var onWait: @Sendable (HTTPRequest, String, Duration) -> Void {
    { [note, log] request, reason, wait in
      let seconds = wait / .seconds(1)
      let text =
        "trying \(Origin(url: request.url)?.description ?? request.url) again in \(seconds.formattedSeconds): \(reason)"
      // Shorter waits are over before a person has read of them.
      if seconds >= 1 { note(text) } else { log(text) }
    }
  }
}

/// What this machine and this command say of registries.
package struct RegistrySettings: Sendable {
  let insecure: InsecureRegistries
  let paths: DockerPaths
  let mirrors: [String]
  let headers: [(name: String, value: String)]
  let retry: RetryPolicy

  package init(
    insecure: InsecureRegistries,
    paths: DockerPaths,
    mirrors: [String] = [],
    headers: [(name: String, value: String)] = [],
    retry: RetryPolicy = RetryPolicy()
  ) {
    self.insecure = insecure
    self.paths = paths
    self.mirrors = mirrors
    self.headers = headers
    self.retry = retry
  }
}

extension Double {
  fileprivate var formattedSeconds: String { self < 1 ? "\(Int(self * 1000)) ms" : "\(Int(rounded())) s" }
}
