import DockerConfig
import HTTP
import OCI

/// What every registry client of one run shares: the transport, and what this machine knows of registries.
package struct RegistryContext: Sendable {
  let transport: any HTTPTransport
  let keychain: any Keychain
  let insecure: InsecureRegistries
  let surroundings: Surroundings
  /// Told what takes time, in words.
  let note: @Sendable (String) -> Void
  let log: @Sendable (String) -> Void

  package init(
    transport: any HTTPTransport,
    keychain: any Keychain,
    insecure: InsecureRegistries,
    surroundings: Surroundings,
    note: @escaping @Sendable (String) -> Void = { _ in },
    log: @escaping @Sendable (String) -> Void = { _ in }
  ) {
    self.transport = transport
    self.keychain = keychain
    self.insecure = insecure
    self.surroundings = surroundings
    self.note = note
    self.log = log
  }

  /// - Parameter scopes: Everything that will be asked of this registry.
  /// - Throws: `SettingsError` if the registry's certificates cannot be used.
  package func client(for registry: Registry, scopes: [Scope]) throws -> RegistryClient {
    let endpoint = EndpointTransport(
      base: transport,
      registry: registry,
      insecure: insecure,
      certificates: try RegistryCertificates(forHost: registry.host, surroundings),
      log: log
    )
    let patient = RetryingTransport(base: endpoint, clock: ContinuousClock(), onWait: onWait)
    let following = RedirectingTransport(base: patient) { await endpoint.reason != nil }
    let authorizer = Authorizer(registry: registry, scopes: scopes, keychain: keychain, transport: following)
    return RegistryClient(
      registry: registry,
      transport: AuthenticatingTransport(base: following, authorizer: authorizer),
      endpoint: endpoint,
      authorizer: authorizer
    )
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

extension Double {
  fileprivate var formattedSeconds: String { self < 1 ? "\(Int(self * 1000)) ms" : "\(Int(rounded())) s" }
}
