import OCI

/// What a stored credential is for: a registry, or the repositories below one path of it.
package struct RegistryNamespace: Hashable, Sendable {
  /// As in the names of images: `docker.io`, `harbor.example.com:8443`.
  package let host: String
  /// Whole components, without slashes at the ends: `team` or `team/app`. Empty for the whole registry.
  package let path: String

  package init(host: String, path: String = "") { (self.host, self.path) = (host, path) }

  var serverAddress: ServerAddress { ServerAddress(host: host) }
}

extension RegistryNamespace: CustomStringConvertible {
  package var description: String { path.isEmpty ? host : "\(host)/\(path)" }
}

/// The name that `docker login` stores a registry's credential under, and that helpers are given.
struct ServerAddress: Hashable, Sendable {
  let text: String

  /// - Parameter host: As in the names of images.
  init(host: String) { text = host == DockerHub.host ? DockerHub.serverAddress : host }
}
