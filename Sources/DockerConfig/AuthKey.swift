import OCI

/// The parts of a key of `auths`.
struct AuthKey {
  /// As it is written.
  let text: String
  /// In lower case, without scheme and path, and `docker.io` for all names of Docker Hub.
  let host: String
  /// The part of the registry that the key is for; nil for the whole. As for podman, a URL is for the whole registry.
  let namespace: RegistryNamespace?
  private let isAPI: Bool

  init(_ key: String) {
    text = key
    var rest = key[...]
    let scheme = ["https://", "http://"].first { rest.lowercased().hasPrefix($0) }
    rest = rest.dropFirst(scheme?.count ?? 0)
    let name = rest.prefix { $0 != "/" }
    let path = rest.dropFirst(name.count).split(separator: "/").joined(separator: "/")
    host = DockerHub.isHost(String(name)) ? DockerHub.host : name.lowercased()
    namespace = scheme != nil || path.isEmpty ? nil : RegistryNamespace(host: host, path: path)
    isAPI = ["", "v1", "v2"].contains(path)
  }

  /// True if the key is for exactly this namespace.
  func isFor(_ other: RegistryNamespace) -> Bool {
    host == AuthKey(other.host).host && (other.path.isEmpty ? isAPI : namespace?.path == other.path)
  }
}
