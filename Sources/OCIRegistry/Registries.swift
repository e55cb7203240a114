import DockerConfig
import HTTP
import OCI

/// The registries of one run. For each host there is one of everything that is the host's: a thousand requests ask one
/// challenge, start one credential helper, and send a wrong password once.
package actor Registries {
  private let transport: any HTTPTransport
  private let keychain: any Keychain
  private let settings: RegistrySettings
  private let clocks: Clocks
  private let secrets: KnownSecrets
  private let onEvent: @Sendable (RegistryEvent) -> Void
  private var hosts: [HostKey: Host] = [:]
  /// One for each credential: a host has several where parts of it have credentials of their own.
  private var authorizers: [AuthorizerKey: Authorizer] = [:]
  private let documents = DocumentReader()
  private let uploads = UploadLimit()
  /// Of Docker Hub; nil until they are first needed.
  private var mirrors: [MirroringTransport.Mirror]?
  private let failedMirrors = FailedMirrors()

  private struct HostKey: Hashable {
    let registry: Registry
    /// As a mirror in plain HTTP a host is trusted less than under its own name, so it is another one.
    let isPlainMirror: Bool
  }

  private struct AuthorizerKey: Hashable {
    let host: HostKey
    let namespace: RegistryNamespace
  }

  /// What one host has once.
  private struct Host {
    let key: HostKey
    let endpoint: EndpointTransport
    let throttle: ThrottlingTransport
  }

  /// - Parameters:
  ///   - transport: Sends to any host.
  ///   - keychain: Asked once for each host, or for each part of it that has a credential of its own.
  ///   - secrets: Receives every secret before it is sent, and a stored one before a challenge is shown.
  ///   - onEvent: Called for everything that happens, from any task.
  package init(
    transport: any HTTPTransport,
    keychain: any Keychain,
    settings: RegistrySettings,
    clocks: Clocks = Clocks(),
    secrets: KnownSecrets = KnownSecrets(),
    onEvent: @escaping @Sendable (RegistryEvent) -> Void = { _ in }
  ) {
    self.transport = ReportingTransport(base: transport, secrets: secrets, onEvent: onEvent)
    self.keychain = keychain
    self.settings = settings
    self.clocks = clocks
    self.secrets = secrets
    self.onEvent = onEvent
  }

  /// - Parameters:
  ///   - willPush: Whether something will be pushed there, so that one token allows both.
  ///   - readsMirrors: Whether docker's mirrors of Docker Hub are read first. Not for what is to be published: a mirror may
  ///     still have what the name meant yesterday.
  /// - Throws: `SettingsError` if the registry's certificates cannot be used.
  package func repository(
    _ repository: Repository,
    willPush: Bool = false,
    readsMirrors: Bool = false
  ) -> RepositoryClient {
    let registry = repository.registry
    let host = host(HostKey(registry: registry, isPlainMirror: false))
    let namespace = keychain.namespace(of: repository)
    var transport: any RegistryTransport = authenticating(host, namespace, settings.retry)
    if readsMirrors, registry == .dockerHub, !settings.mirrors.isEmpty {
      transport = MirroringTransport(
        base: transport,
        registryURL: EndpointTransport.url(registry, ""),
        mirrors: foundMirrors(),
        failed: failedMirrors,
        onEvent: onEvent
      )
    }
    return RepositoryClient(
      repository: repository,
      willPush: willPush,
      transport: transport,
      endpoint: host.endpoint,
      authorizer: authorizer(host, namespace),
      documents: documents,
      uploads: uploads,
      backOff: backOff(settings.retry)
    )
  }

  /// The copy of a repository in a mirror, as containerd reads it: the mirror is told which registry is meant. Connection,
  /// certificates and credentials are those of the mirror.
  package func repository(_ repository: Repository, in mirror: Registry) -> RepositoryClient {
    var client = self.repository(repository.in(mirror))
    client.originalHost = repository.registry.host
    return client
  }

  /// What finds out how a registry is spoken to.
  ///
  /// - Parameter repository: With the credential of the part of the registry that it is in; nil for the whole.
  package func probe(_ registry: Registry, _ repository: Repository?) -> RegistryProbe? {
    let host = host(HostKey(registry: registry, isPlainMirror: false))
    let namespace = repository.map(keychain.namespace) ?? RegistryNamespace(host: registry.host)
    // A port that is no number.
    guard let origin = Origin(url: EndpointTransport.url(registry, "/v2/")) else { return nil }
    return RegistryProbe(
      registry: registry,
      origin: origin,
      certificates: host.endpoint.certificates,
      transport: transport,
      insecure: settings.insecure,
      endpoint: host.endpoint,
      authenticating: authenticating(host, namespace, settings.retry)
    )
  }

  private func host(_ key: HostKey) -> Host {
    if let known = hosts[key] { return known }
    let endpoint = EndpointTransport(
      base: transport,
      registry: key.registry,
      insecure: settings.insecure,
      certificates: RegistryCertificates(forHost: key.registry.host, settings.paths),
      headers: settings.headers,
      reason: key.isPlainMirror ? .mirror : nil,
      onEvent: onEvent
    )
    // The server may repeat one before it is sent.
    keychain.storedCredentials(forHost: key.registry.host).forEach(secrets.add)
    let host = Host(key: key, endpoint: endpoint, throttle: ThrottlingTransport(base: endpoint))
    hosts[key] = host
    return host
  }

  private func authorizer(_ host: Host, _ namespace: RegistryNamespace) -> Authorizer {
    let key = AuthorizerKey(host: host.key, namespace: namespace)
    if let known = authorizers[key] { return known }
    let registry = host.key.registry
    // The setting of a mirror allows plain HTTP, and not to send a password there.
    let isProtected = !host.key.isPlainMirror || settings.insecure.reason(forHost: registry.host) != nil
    let authorizer = Authorizer(
      registry: registry,
      namespace: namespace,
      keychain: isProtected ? keychain : NoCredentials(),
      clocks: clocks,
      secrets: secrets,
      allowsPlainHTTP: { await host.endpoint.allowsInsecure($0) },
      unusableSources: { await host.endpoint.unusableSources(for: $0) },
      onEvent: onEvent
    )
    authorizers[key] = authorizer
    return authorizer
  }

  private func authenticating(
    _ host: Host,
    _ namespace: RegistryNamespace,
    _ retry: RetryPolicy
  ) -> AuthenticatingTransport {
    let retrying = RetryingTransport(base: host.throttle, backOff: backOff(retry))
    let redirecting = RedirectingTransport(base: retrying) { await host.endpoint.allowsInsecure($0) }
    let authorizer = authorizer(host, namespace)
    return AuthenticatingTransport(base: redirecting, authorizer: authorizer) { await host.endpoint.isOwn($0) }
  }

  private func backOff(_ policy: RetryPolicy) -> BackOff {
    BackOff(policy: policy, clock: clocks.running, onEvent: onEvent)
  }

  private func foundMirrors() -> [MirroringTransport.Mirror] {
    if let mirrors { return mirrors }
    let found = settings.mirrors.compactMap(mirror)
    mirrors = found
    return found
  }

  /// Nil if the URL is not that of a host.
  private func mirror(_ url: String) -> MirroringTransport.Mirror? {
    guard let origin = Origin(url: url), let registry = Registry(parsing: origin.description) else { return nil }
    let host = host(HostKey(registry: registry, isPlainMirror: !origin.isSecure))
    // If a mirror does not answer, the registry itself is asked; no second try.
    let transport = authenticating(host, RegistryNamespace(host: registry.host), RetryPolicy(attempts: 1))
    return MirroringTransport.Mirror(url: EndpointTransport.url(registry, ""), transport: transport)
  }
}

private struct NoCredentials: Keychain {
  func credential(for namespace: RegistryNamespace) async throws -> FoundCredential {
    FoundCredential(.anonymous, source: "")
  }
}
