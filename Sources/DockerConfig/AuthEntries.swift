import JSON
import OCI

/// The `auths` of config.json, or of DOCKER_AUTH_CONFIG: what is stored for each registry, by docker's names for them.
struct AuthEntries: Sendable {
  /// Where they stand, for messages: a file, or a variable's name.
  let source: String
  private let members: [(key: String, node: JSONNode)]

  init(_ auths: JSONNode?, source: String) throws(JSONError) {
    self.source = source
    // What is null is an empty entry to docker, and that says nothing.
    members = try auths?.members().filter { $0.node.value != .null }.map { ($0.name, $0.node) } ?? []
  }

  var keys: [String] { members.map(\.key) }

  /// The credential for a registry, and the key it stands under; nil if there is none. The key that is the address itself
  /// counts before one that names the same host with a scheme or an API's version (`https://registry.example.com/v2/`),
  /// and that before one with any other path. An empty entry, as a helper leaves it, says nothing.
  func credential(for address: RegistryAddress) throws(SettingsError) -> (key: String, credential: Credential)? {
    let host = RegistryKey(address.key).host
    let candidates = members.compactMap { member in
      let key = RegistryKey(member.key)
      return key.host == host ? (rank: member.key == address.key ? 0 : key.distance, member) : nil
    }
    for (_, member) in candidates.sorted(by: { $0.rank < $1.rank }) {
      let credential = try AuthEntry(member.node, file: source).credential
      if credential != .anonymous { return (member.key, credential) }
    }
    return nil
  }
}

/// What docker calls a registry where it stores credentials.
struct RegistryAddress: Hashable, Sendable {
  /// The host; for Docker Hub, the address that its first form had.
  let key: String

  init(host: String) { key = host == DockerHub.host ? DockerHub.serverAddress : host }
}

/// A key of `auths`, taken apart.
struct RegistryKey {
  /// In lower case, without scheme and path; all of Docker Hub's names are one.
  let host: String
  /// How far the key is from being the host alone, in characters; a path that is no version of the API is far away.
  let distance: Int

  init(_ key: String) {
    var rest = key.lowercased()[...]
    for scheme in ["https://", "http://"] where rest.hasPrefix(scheme) { rest = rest.dropFirst(scheme.count) }
    let name = rest.prefix { $0 != "/" }
    let path = rest[name.endIndex...].drop { $0 == "/" }
    host = DockerHub.isHost(String(name)) ? DockerHub.host : String(name)
    let isAPI = ["", "v1", "v1/", "v2", "v2/"].contains(path)
    distance = key.utf8.count + (isAPI ? 0 : 1 << 16)
  }
}
