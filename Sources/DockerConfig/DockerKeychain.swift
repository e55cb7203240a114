import LocalSystem

/// The credentials that `docker login` stored, in docker's order: DOCKER_AUTH_CONFIG, the registry's own helper, the
/// helper for all registries, config.json itself.
package struct DockerKeychain: Keychain {
  private let config: ConfigFile
  private let environment: EnvironmentCredentials?
  private let helpers: RunningHelpers
  private let helperPolicy: (any HelperPolicy)?
  private let clock: any Clock<Duration>
  private let onEvent: @Sendable (SettingsEvent) -> Void

  /// - Parameters:
  ///   - helpers: Knows of each helper while it runs.
  ///   - helperPolicy: Decides whether a helper is run; nil: always.
  ///   - clock: For the time limit of helpers.
  /// - Throws: `SettingsError` if DOCKER_AUTH_CONFIG is set and cannot be used.
  package init(
    config: ConfigFile,
    environment: Environment,
    helpers: RunningHelpers = RunningHelpers(),
    helperPolicy: (any HelperPolicy)? = nil,
    clock: any Clock<Duration> = ContinuousClock(),
    onEvent: @escaping @Sendable (SettingsEvent) -> Void = { _ in }
  ) throws(SettingsError) {
    self.config = config
    self.environment = try EnvironmentCredentials(environment)
    self.helpers = helpers
    self.helperPolicy = helperPolicy
    self.clock = clock
    self.onEvent = onEvent
  }

  package func credential(forHost host: String) async throws -> FoundCredential {
    let address = ServerAddress(host: host)
    if let found = try environment?.entries.found(for: address) { return found }
    if let helper = helper(for: address, host: host) {
      do {
        let credential = try await credential(of: helper, for: address, host: host)
        if credential != .anonymous {
          return FoundCredential(credential, source: "docker-credential-\(helper.name), \(helper.setting)")
        }
      } catch let error as CredentialHelperError where error.reason == .missing {
        // As docker does. What config.json has may be old, but it is better than to stop.
        guard let found = try? config.auths.found(for: address) else { throw error }
        onEvent(
          .missingHelper(program: "docker-credential-\(error.name)", setting: error.setting, source: found.source)
        )
        return found
      }
    }
    return try config.auths.found(for: address)
      ?? FoundCredential(.anonymous, source: "nothing for \(host) in \(config.path)")
  }

  private func helper(for address: ServerAddress, host: String) -> CredentialHelper? {
    for key in [address.text, host] {
      if let name = config.credHelpers[key], !name.isEmpty {
        return CredentialHelper(name: name, setting: "credHelpers[\"\(key)\"] in \(config.path)", clock: clock)
      }
    }
    guard let name = config.credsStore, !name.isEmpty else { return nil }
    return CredentialHelper(name: name, setting: "credsStore in \(config.path)", clock: clock)
  }

  private func credential(
    of helper: CredentialHelper,
    for address: ServerAddress,
    host: String
  ) async throws -> Credential {
    guard helperPolicy?.allowsHelper(forHost: host) ?? true else { return .anonymous }
    let credential = try await helper.credential(for: address, helpers, onEvent: onEvent)
    helperPolicy?.helperAnswered(forHost: host)
    return credential
  }
}

extension AuthEntries {
  fileprivate func found(for address: ServerAddress) throws(SettingsError) -> FoundCredential? {
    guard let (key, credential) = try credential(for: address) else { return nil }
    return FoundCredential(credential, source: "auths[\"\(key)\"] in \(source)")
  }
}
