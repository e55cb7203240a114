import JSON

/// The credentials that `docker login` stored, in docker's order: the environment's DOCKER_AUTH_CONFIG, the registry's own
/// helper, the helper for all registries, the file itself.
package struct DockerKeychain: Keychain {
  let config: ConfigFile
  let environment: [String: String]

  package init(config: ConfigFile, environment: [String: String]) {
    self.config = config
    self.environment = environment
  }

  package func credential(forHost host: String) async throws -> FoundCredential {
    let address = RegistryAddress(host: host)
    if let found = try config.helper(for: address, host: host) {
      let credential = try await found.credential(for: address)
      if credential != .anonymous { return FoundCredential(credential, origin: found.described) }
    }
    if let (key, credential) = try config.auth(for: address), credential != .anonymous {
      return FoundCredential(credential, origin: "auths[\"\(key)\"] in \(config.path)")
    }
    return FoundCredential(.anonymous, origin: "nothing for \(host) in \(config.path)")
  }
}

extension ConfigFile {
  fileprivate func helper(for address: RegistryAddress, host: String) throws -> CredentialHelper? {
    for key in [address.key, host] {
      if let name = credHelpers[key], !name.isEmpty {
        return CredentialHelper(name: name, origin: "credHelpers[\"\(key)\"] in \(path)")
      }
    }
    guard let credsStore, !credsStore.isEmpty else { return nil }
    return CredentialHelper(name: credsStore, origin: "credsStore in \(path)")
  }
}

extension CredentialHelper {
  fileprivate var described: String { "docker-credential-\(name), \(origin)" }
}
