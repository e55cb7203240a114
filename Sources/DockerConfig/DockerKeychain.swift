import LocalSystem

/// The credentials that `docker login` stored, in docker's order: the environment's DOCKER_AUTH_CONFIG, the registry's own
/// helper, the helper for all registries, the file itself.
package struct DockerKeychain: Keychain {
  private let config: ConfigFile
  private let environment: EnvironmentAuths?
  private let helpers: RunningHelpers
  private let note: @Sendable (String) -> Void
  private let warn: @Sendable (String) -> Void
  private let asking: HelperQuestion

  /// Asks a helper for a host's credential, or does not: `ask` is what starts it.
  package typealias HelperQuestion =
    @Sendable (_ host: String, _ ask: () async throws -> Credential) async throws -> Credential
  package static let always: HelperQuestion = { _, ask in try await ask() }

  /// - Parameters:
  ///   - helpers: Knows of each helper while it runs.
  ///   - note: Told what takes time, in words.
  ///   - warn: Told what is wrong and does no harm, in words.
  ///   - asking: Called where a helper is to be asked.
  /// - Throws: `SettingsError` if DOCKER_AUTH_CONFIG is set and cannot be used.
  package init(
    config: ConfigFile,
    environment: Environment,
    helpers: RunningHelpers = RunningHelpers(),
    note: @escaping @Sendable (String) -> Void = { _ in },
    warn: @escaping @Sendable (String) -> Void = { _ in },
    asking: @escaping HelperQuestion = always
  ) throws(SettingsError) {
    self.config = config
    self.environment = try EnvironmentAuths(environment)
    self.helpers = helpers
    self.note = note
    self.warn = warn
    self.asking = asking
  }

  package func credential(forHost host: String) async throws -> FoundCredential {
    let address = RegistryAddress(host: host)
    if let found = try environment?.entries.found(for: address) { return found }
    if let helper = config.helper(for: address, host: host) {
      do {
        let credential = try await asking(host) { try await helper.credential(for: address, helpers, note: note) }
        if credential != .anonymous {
          return FoundCredential(credential, origin: "docker-credential-\(helper.name), \(helper.origin)")
        }
      } catch let error as CredentialHelperError where error.reason == .missing {
        // docker goes on with what the file itself holds; what it has is better than to stop, but who knows how old.
        guard let found = try? config.auths.found(for: address) else { throw error }
        warn("\(error.whatIsMissing); using \(found.origin)")
        return found
      }
    }
    return try config.auths.found(for: address)
      ?? FoundCredential(.anonymous, origin: "nothing for \(host) in \(config.path)")
  }
}

extension AuthEntries {
  fileprivate func found(for address: RegistryAddress) throws(SettingsError) -> FoundCredential? {
    guard let (key, credential) = try credential(for: address) else { return nil }
    return FoundCredential(credential, origin: "auths[\"\(key)\"] in \(source)")
  }
}

extension ConfigFile {
  fileprivate func helper(for address: RegistryAddress, host: String) -> CredentialHelper? {
    for key in [address.key, host] {
      if let name = credHelpers[key], !name.isEmpty {
        return CredentialHelper(name: name, origin: "credHelpers[\"\(key)\"] in \(path)")
      }
    }
    guard let credsStore, !credsStore.isEmpty else { return nil }
    return CredentialHelper(name: credsStore, origin: "credsStore in \(path)")
  }
}
