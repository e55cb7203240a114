import JSON
import OCI

/// The `auths` of config.json or of DOCKER_AUTH_CONFIG: the stored credentials by registry.
struct AuthEntries: Sendable {
  /// Where they are stored, for messages: a file, or a variable's name.
  let source: String
  private let members: [(key: String, node: JSONNode)]

  init(_ auths: JSONNode?, source: String) throws(JSONError) {
    self.source = source
    // docker reads null as an empty entry, which means nothing.
    members = try auths?.members().filter { $0.node.value != .null }.map { ($0.name, $0.node) } ?? []
  }

  var keys: [String] { members.map(\.key) }

  /// The credential for a registry and the key that it is stored under; nil if there is none. The key that equals the
  /// address comes first, then one that names the same host with a scheme or an API version
  /// (`https://registry.example.com/v2/`), then one with any other path. An empty entry, which is what remains beside a
  /// credential helper, is skipped.
  func credential(for address: ServerAddress) throws(SettingsError) -> (key: String, credential: Credential)? {
    let host = AuthKey(address.text).host
    let candidates = members.compactMap { member in
      let key = AuthKey(member.key)
      return key.host == host ? (rank: member.key == address.text ? 0 : key.rank, member) : nil
    }
    for (_, member) in candidates.sorted(by: { $0.rank < $1.rank }) {
      let credential = try AuthEntry(member.node, file: source).credential
      if credential != .anonymous { return (member.key, credential) }
    }
    return nil
  }
}

/// The name that `docker login` stores a registry's credential under, and that helpers are given.
struct ServerAddress: Hashable, Sendable {
  let text: String

  /// - Parameter host: As in the names of images.
  init(host: String) { text = host == DockerHub.host ? DockerHub.serverAddress : host }
}

/// The parts of a key of `auths`.
struct AuthKey {
  /// In lower case, without scheme and path, and `docker.io` for all names of Docker Hub.
  let host: String
  /// Of several keys for one host the lowest is used: the shortest, and last those whose path is no API version.
  let rank: Int

  init(_ key: String) {
    var rest = key.lowercased()[...]
    for scheme in ["https://", "http://"] where rest.hasPrefix(scheme) { rest = rest.dropFirst(scheme.count) }
    let name = String(rest.prefix { $0 != "/" })
    let path = rest.dropFirst(name.count).drop { $0 == "/" }
    host = DockerHub.isHost(name) ? DockerHub.host : name
    let isAPI = ["", "v1", "v1/", "v2", "v2/"].contains(path)
    rank = key.utf8.count + (isAPI ? 0 : 1 << 16)
  }
}
