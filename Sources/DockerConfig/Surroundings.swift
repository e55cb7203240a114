import LocalSystem

/// Where docker's files are looked for: passed in, so that a test needs another directory and nothing else.
package struct Surroundings: Sendable {
  package let environment: Environment
  /// The user's home directory; `noHome` where there is none.
  package let home: String
  /// Where `config.json` is.
  package let configDirectory: String
  /// Before `/etc/docker`: empty, or where MANIFESTX_ROOT says that the machine's own files are seen (in a container, the
  /// place where the host's are mounted).
  package let root: String

  /// A directory that is not there, and is not made either: Debian's name for it (base-passwd, `nobody`).
  package static let noHome = "/nonexistent"

  /// - Parameter configDirectory: From `--config`; otherwise DOCKER_CONFIG counts, otherwise `~/.docker`.
  package init(environment: Environment, home: String, configDirectory: String? = nil) {
    self.environment = environment
    self.home = home
    self.configDirectory = configDirectory ?? environment["DOCKER_CONFIG"] ?? "\(home)/.docker"
    root = environment["MANIFESTX_ROOT"] ?? ""
  }

  /// Where a rootless engine has its settings.
  var userDockerDirectory: String {
    (environment["XDG_CONFIG_HOME"] ?? "\(home)/.config") + "/docker"
  }

  var machineDockerDirectory: String { "\(root)/etc/docker" }
}
