import LocalSystem
import OCI

/// The credentials that `docker login` stored, in docker's order: DOCKER_AUTH_CONFIG, the registry's own helper, the
/// helper for all registries, config.json itself. Entries for a part of a registry, as podman writes them, come before
/// those for the whole.
///
/// What cannot be used is reported and left out, as docker does: most commands can do without it.
package struct DockerKeychain: Keychain {
  private let config: ConfigFile
  private let environment: AuthEntries
  private let problems: [EnvironmentCredentials.Problem]
  private let helpers: RunningHelpers
  private let helperPolicy: (any HelperPolicy)?
  private let clock: any Clock<Duration>
  private let onEvent: @Sendable (SettingsEvent) -> Void

  /// - Parameters:
  ///   - helpers: Knows of each helper while it runs.
  ///   - helperPolicy: Decides whether a helper is run; nil: always.
  ///   - clock: For the time limit of helpers.
  ///   - onEvent: Called now for what in DOCKER_AUTH_CONFIG and config.json cannot be used.
  package init(
    config: ConfigFile,
    environment: Environment,
    helpers: RunningHelpers = RunningHelpers(),
    helperPolicy: (any HelperPolicy)? = nil,
    clock: any Clock<Duration> = ContinuousClock(),
    onEvent: @escaping @Sendable (SettingsEvent) -> Void = { _ in }
  ) {
    var problems = config.problems.map { EnvironmentCredentials.Problem(error: $0, hosts: nil) }
    var entries = AuthEntries(source: EnvironmentCredentials.variable)
    do {
      if let variable = try EnvironmentCredentials(environment) {
        entries = variable.entries
        problems = variable.problems + problems
      }
    } catch { problems.insert(.init(error: error, hosts: nil), at: 0) }
    self.config = config
    self.environment = entries
    self.problems = problems
    self.helpers = helpers
    self.helperPolicy = helperPolicy
    self.clock = clock
    self.onEvent = onEvent
    for problem in problems { onEvent(.unusable(.settings(problem.error), replacement: nil)) }
  }

  package func storedCredentials(forHost host: String) -> [Credential] {
    environment.credentials(forHost: host) + config.auths.credentials(forHost: host)
  }

  package func namespace(of repository: Repository) -> RegistryNamespace {
    let registry = RegistryNamespace(host: repository.registry.host)
    let own = environment.namespace(of: repository)
    if own == nil, environment.hasCredential(for: registry) { return registry }
    let path = (own ?? config.auths.namespace(of: repository))?.path ?? ""
    return RegistryNamespace(host: registry.host, path: path)
  }

  package func credential(for namespace: RegistryNamespace) async throws -> FoundCredential {
    let registry = RegistryNamespace(host: namespace.host)
    var unusable = unusable(for: registry)
    let variable = FoundCredential.Store.variable(EnvironmentCredentials.variable)
    if let found = entry(namespace, in: environment, variable, &unusable) { return found }
    if !namespace.path.isEmpty, let found = entry(namespace, in: config.auths, .namespace, &unusable) { return found }
    var failure: CredentialHelperError?
    if let helper = helper(for: registry) {
      do {
        let credential = try await credential(of: helper, for: registry)
        let source = "docker-credential-\(helper.name), \(helper.setting)"
        if credential != .anonymous { return FoundCredential(credential, source: source, unusable: unusable) }
      } catch let error as CredentialHelperError {
        unusable.append(.helper(error))
        guard error.reason == .missing else {
          // It may have a newer credential than config.json.
          onEvent(.unusable(.helper(error), replacement: nil))
          return FoundCredential(.anonymous, source: error.setting, unusable: unusable)
        }
        failure = error
      }
    }
    // If the helper is missing, too, as docker does: what config.json has may be old, but it is better than nothing.
    let found = entry(registry, in: config.auths, .dockerLogin, &unusable, includesURLs: true)
    if let failure { onEvent(.unusable(.helper(failure), replacement: found?.source)) }
    return found
      ?? FoundCredential(.anonymous, source: "none found in \(config.path)", unusable: unusable)
  }

  /// Without what is about other registries: an error of this one must not name it.
  private func unusable(for registry: RegistryNamespace) -> [UnusableSource] {
    let host = AuthKey(registry.host).host
    return problems.filter { $0.hosts?.contains(host) ?? true }.map { .settings($0.error) }
  }

  /// Nil if there is none, or it cannot be read: then it is added to `unusable`.
  private func entry(
    _ namespace: RegistryNamespace,
    in entries: AuthEntries,
    _ store: FoundCredential.Store,
    _ unusable: inout [UnusableSource],
    includesURLs: Bool = false
  ) -> FoundCredential? {
    do {
      guard let (key, credential) = try entries.credential(for: namespace, includesURLs: includesURLs) else {
        return nil
      }
      let source = "auths[\"\(key)\"] in \(entries.source)"
      return FoundCredential(credential, source: source, store: store, unusable: unusable)
    } catch {
      unusable.append(.settings(error))
      onEvent(.unusable(.settings(error), replacement: nil))
      return nil
    }
  }

  /// Nil where config.json itself is used.
  private func helper(for registry: RegistryNamespace) -> CredentialHelper? {
    for key in [registry.serverAddress.text, registry.host] {
      guard let name = config.credHelpers[key] else { continue }
      // docker takes an empty name for the file itself, also where there is a helper for all registries.
      if name.isEmpty { return nil }
      return CredentialHelper(name: name, setting: "credHelpers[\"\(key)\"] in \(config.path)", clock: clock)
    }
    guard let name = config.credsStore, !name.isEmpty else { return nil }
    return CredentialHelper(name: name, setting: "credsStore in \(config.path)", clock: clock)
  }

  private func credential(of helper: CredentialHelper, for registry: RegistryNamespace) async throws -> Credential {
    guard helperPolicy?.allowsHelper(forHost: registry.host) ?? true else { return .anonymous }
    let credential = try await helper.credential(for: registry.serverAddress, helpers, onEvent: onEvent)
    helperPolicy?.helperAnswered(forHost: registry.host)
    return credential
  }
}
