import JSON

/// The settings of docker's engine for registries: `daemon.json` of the machine, of a rootless engine, and of Docker
/// Desktop.
///
/// https://docs.docker.com/reference/cli/dockerd/#daemon-configuration-file
package struct DaemonConfig: Sendable {
  /// An entry of `insecure-registries`.
  package struct InsecureEntry: Hashable, Sendable {
    package let text: String
    package let file: String
  }

  /// `insecure-registries` of all files.
  package private(set) var insecureRegistries: [InsecureEntry] = []
  /// `registry-mirrors` of all files, as URLs, each once: where to look first for images of Docker Hub.
  package private(set) var registryMirrors: [String] = []
  /// The files that cannot be used: worth a warning, and no reason to stop.
  package private(set) var problems: [SettingsError] = []

  package init(_ paths: DockerPaths) {
    let files = [
      "\(paths.machineDirectory)/daemon.json",
      "\(paths.userDirectory)/daemon.json",
      "\(paths.home)/.docker/daemon.json",
    ]
    for file in files {
      do { try read(file) } catch { problems.append(error) }
    }
  }

  private mutating func read(_ file: String) throws(SettingsError) {
    guard let node = try SettingsFile.read(file) else { return }
    do {
      let entries = try node.optional("insecure-registries")?.strings() ?? []
      let mirrors = try node.optional("registry-mirrors")?.strings() ?? []
      insecureRegistries += entries.map { InsecureEntry(text: $0, file: file) }
      registryMirrors += mirrors.filter { !registryMirrors.contains($0) }
    } catch { throw SettingsError(path: file, reason: .json(error)) }
  }
}
