import JSON

/// What docker's config.json says of registries.
///
/// https://docs.docker.com/reference/cli/docker/#configuration-files
package struct ConfigFile: Sendable {
  package let path: String
  package let credsStore: String?
  package let credHelpers: [String: String]
  private let auths: [(key: String, node: JSONNode)]

  /// - Throws: `SettingsError` if the file is there and cannot be used; a missing one says nothing, and is no error.
  package init(_ surroundings: Surroundings) throws(SettingsError) {
    path = "\(surroundings.configDirectory)/config.json"
    let node = try SettingsFile.read(path) ?? JSONNode(.object([]))
    do {
      credsStore = try node.optional("credsStore")?.string()
      var helpers: [String: String] = [:]
      for (host, helper) in try node.optional("credHelpers")?.members() ?? [] { helpers[host] = try helper.string() }
      credHelpers = helpers
      auths = try node.optional("auths")?.members().map { ($0.name, $0.node) } ?? []
    } catch { throw SettingsError(path: path, reason: .json(error)) }
  }

  /// The member of `auths` for a registry, and its key. The key that is the address itself comes first; then one that
  /// names the same host with a scheme or a path (`https://registry.example.com/v2/`), the shortest first.
  func auth(for address: RegistryAddress) throws(SettingsError) -> (key: String, credential: Credential)? {
    let keys = auths.filter { RegistryAddress.host(ofKey: $0.key) == RegistryAddress.host(ofKey: address.key) }
    let best = keys.first { $0.key == address.key } ?? keys.min { ($0.key.count, $0.key) < ($1.key.count, $1.key) }
    guard let best else { return nil }
    return (best.key, try AuthEntry(best.node, file: path).credential)
  }
}

/// What docker calls a registry where it stores credentials.
struct RegistryAddress {
  /// The host; for Docker Hub, the address that its first form had.
  let key: String

  init(host: String) { key = host == "docker.io" ? "https://index.docker.io/v1/" : host }

  /// The key without scheme and path, in lower case.
  static func host(ofKey key: String) -> String {
    var rest = key.lowercased()[...]
    for scheme in ["https://", "http://"] where rest.hasPrefix(scheme) { rest = rest.dropFirst(scheme.count) }
    let host = String(rest.prefix { $0 != "/" })
    return ["docker.io", "registry-1.docker.io"].contains(host) ? "index.docker.io" : host
  }
}
