import JSON

/// What docker's engine was told about registries: `daemon.json` of the machine, of a rootless engine, of Docker Desktop.
///
/// https://docs.docker.com/reference/cli/dockerd/#daemon-configuration-file
package struct DaemonConfig: Sendable {
  /// An entry of `insecure-registries`, and where it stands.
  package struct InsecureEntry: Hashable, Sendable {
    package let text: String
    package let file: String
  }

  package private(set) var insecureRegistries: [InsecureEntry] = []
  /// `registry-mirrors`: where to look first for what is read from Docker Hub, as URLs, each once.
  package private(set) var registryMirrors: [String] = []
  /// What could not be read: worth a word to the user, and no reason to stop.
  package private(set) var problems: [SettingsError] = []

  package init(_ surroundings: Surroundings) {
    let files = [
      "\(surroundings.machineDockerDirectory)/daemon.json",
      "\(surroundings.userDockerDirectory)/daemon.json",
      "\(surroundings.home)/.docker/daemon.json",
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
