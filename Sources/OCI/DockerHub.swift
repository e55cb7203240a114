/// The names of Docker Hub, which has a different one in each place.
package enum DockerHub {
  /// In the names of images, and in docker's output.
  package static let host = "docker.io"
  /// Also understood in the names of images.
  package static let indexHost = "index.docker.io"
  /// Where its registry API is.
  package static let registryHost = "registry-1.docker.io"
  /// As the server's address in docker's config.json, and for credential helpers.
  package static let serverAddress = "https://index.docker.io/v1/"

  /// True for each of the host names, in any case.
  ///
  /// - Parameter name: Without a port.
  package static func isHost(_ name: String) -> Bool { [host, indexHost, registryHost].contains(name.lowercased()) }
}
