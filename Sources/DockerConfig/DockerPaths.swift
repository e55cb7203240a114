import LocalSystem

/// Where docker's settings are on this machine. Tests pass other directories.
package struct DockerPaths: Sendable {
  /// The user's home directory; `noHome` where there is none.
  package let home: String
  /// The directory of `config.json`.
  package let configDirectory: String
  /// `/etc/docker`; below MANIFESTX_ROOT if that is set: in a container, the place where the host's files are mounted.
  package let machineDirectory: String
  /// Where a rootless engine has its settings.
  package let userDirectory: String

  /// True if docker's settings would be in the home directory, and there is none.
  var hasNoConfigDirectory: Bool { home == Self.noHome && configDirectory == "\(home)/.docker" }

  package var configFile: String { "\(configDirectory)/config.json" }

  /// A directory that does not exist and is never made. Debian has the name for this purpose (base-passwd, user `nobody`).
  package static let noHome = "/nonexistent"

  /// - Parameter configDirectory: From `--config`; without it DOCKER_CONFIG counts, and then `~/.docker`.
  package init(environment: Environment, home: String, configDirectory: String? = nil) {
    self.home = home
    self.configDirectory = configDirectory ?? environment["DOCKER_CONFIG"] ?? "\(home)/.docker"
    machineDirectory = (environment["MANIFESTX_ROOT"] ?? "") + "/etc/docker"
    userDirectory = (environment["XDG_CONFIG_HOME"] ?? "\(home)/.config") + "/docker"
  }
}
