import DockerConfig

/// Where docker looks for plugins.
///
/// https://github.com/docker/cli/blob/master/cli-plugins/manager/manager.go (getPluginDirs) and manager_unix.go
struct PluginDirectories {
  /// In docker's order: of several plugins with one name, docker runs the first one.
  let all: [String]

  private static let system = [
    "/usr/local/lib/docker/cli-plugins", "/usr/local/libexec/docker/cli-plugins", "/usr/lib/docker/cli-plugins",
    "/usr/libexec/docker/cli-plugins",
  ]

  /// - Parameters:
  ///   - extra: `cliPluginsExtraDirs` of config.json.
  ///   - configDirectory: The directory of config.json.
  init(extra: [String], configDirectory: String) {
    let all = extra + ["\(configDirectory)/cli-plugins"] + Self.system
    self.all = all.enumerated().filter { index, path in all.firstIndex(of: path) == index }.map(\.element)
  }

  /// The files that the plugin may be.
  var candidates: [String] { all.map { "\($0)/docker-\(ProgramMetadata.name)" } }
}
