import JSON
import OCI

/// The `auths` of config.json or of DOCKER_AUTH_CONFIG: the stored credentials by registry.
struct AuthEntries: Sendable {
  /// Where they are stored, for messages: a file, or a variable's name.
  let source: String
  private let members: [Member]

  private struct Member {
    let key: AuthKey
    let node: JSONNode
  }

  init(_ auths: JSONNode?, source: String) throws(JSONError) {
    // docker reads null as an empty entry, which means nothing.
    self.init(try auths?.members().filter { $0.node.value != .null } ?? [], source: source)
  }

  init(_ entries: [(name: String, node: JSONNode)] = [], source: String) {
    self.source = source
    members = entries.map { Member(key: AuthKey($0.name), node: $0.node) }
  }

  var keys: [AuthKey] { members.map(\.key) }

  /// Why entries cannot be read, one for each.
  var problems: [SettingsError] {
    members.compactMap { member in
      do throws(SettingsError) { _ = try AuthEntry(member.node, file: source) } catch { return error }
      return nil
    }
  }

  /// All credentials for a host that can be read.
  func credentials(forHost host: String) -> [Credential] {
    let host = AuthKey(RegistryNamespace(host: host).serverAddress.text).host
    return members.compactMap { $0.key.host == host ? try? AuthEntry($0.node, file: source).credential : nil }
  }

  /// The keys, as they are written, of the entries that have a credential. An empty entry remains beside a helper.
  var keysWithCredential: [String] { members.filter { !isEmpty($0.node) }.map(\.key.text) }

  /// The namespace with the longest path that has an entry of its own and contains the repository; nil if only the
  /// registry as a whole can have one.
  ///
  /// https://github.com/containers/image/blob/main/docs/containers-auth.json.5.md
  func namespace(of repository: Repository) -> RegistryNamespace? {
    let own = members.filter { $0.key.namespace?.contains(repository) == true && !isEmpty($0.node) }
    return own.compactMap(\.key.namespace).max { $0.path.count < $1.path.count }
  }

  /// The credential for exactly this namespace, and the key that it is stored under; nil if there is none.
  ///
  /// Of several keys for a registry, the one that equals its address comes first, then one with a scheme or an API version
  /// (`https://registry.example.com/v2/`). An empty entry, which is what remains beside a credential helper, is skipped.
  ///
  /// - Parameter includesURLs: Last, URLs with any path count, of which docker takes the host's name alone. A key without a
  ///   scheme that has a path is for the repositories there, and has another password.
  func credential(
    for namespace: RegistryNamespace,
    includesURLs: Bool = false
  ) throws(SettingsError) -> (key: String, credential: Credential)? {
    let exact = try first(of: members.filter { $0.key.isFor(namespace) }, namespace)
    if exact != nil || !includesURLs { return exact }
    let host = AuthKey(namespace.host).host
    return try first(of: members.filter { $0.key.host == host && $0.key.namespace == nil }, namespace)
  }

  /// False if there is only one that cannot be read.
  func hasCredential(for namespace: RegistryNamespace) -> Bool {
    (try? credential(for: namespace)).flatMap(\.self) != nil
  }

  private func first(
    of candidates: [Member],
    _ namespace: RegistryNamespace
  ) throws(SettingsError) -> (key: String, credential: Credential)? {
    let address = namespace.serverAddress.text
    func rank(_ key: AuthKey) -> Int { key.text == address ? 0 : key.text.utf8.count }
    for member in candidates.sorted(by: { rank($0.key) < rank($1.key) }) {
      let credential = try AuthEntry(member.node, file: source).credential
      if credential != .anonymous { return (member.key.text, credential) }
    }
    return nil
  }

  /// False for an entry that cannot be read: its namespace has one.
  private func isEmpty(_ node: JSONNode) -> Bool { (try? AuthEntry(node, file: source).credential) == .anonymous }
}

extension RegistryNamespace {
  /// True if the repository is in this namespace.
  fileprivate func contains(_ repository: Repository) -> Bool {
    host == AuthKey(repository.registry.host).host
      && (repository.path == path || repository.path.hasPrefix("\(path)/"))
  }
}
