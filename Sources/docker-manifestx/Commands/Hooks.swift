import ArgumentParser
import DockerConfig
import LocalSystem

struct Hooks: Verb {
  static let name = "hooks"
  static let abstract = "Enable or disable the suggestion after docker push"
  static let discussion = """
    With hooks enabled, docker prints a suggestion after you run 'docker push NAME:TAG-ARCH' in a terminal, if the tag
    names an architecture. The suggestion is "docker manifestx publish NAME:TAG 'TAG-*'".

    enable and disable change only plugins.manifestx.hooks and features.hooks in docker's config.json. status prints
    enabled or disabled.

    Examples:

      docker manifestx hooks enable
      docker manifestx hooks status
    """
  static let arguments = [ArgumentDeclaration(.choice(["enable", "disable", "status"]))]

  @OptionGroup var common: CommonOptions
  @Argument(help: ArgumentHelp(visibility: .hidden)) var words: [String] = []

  func run(_ session: Session) async throws {
    let settings = try HookSettings(session.paths)
    let override = EnvironmentOverride(session.environment)
    switch words[0] {
    case "enable": try enable(settings, override, session.console)
    case "disable": try disable(settings, session.console)
    default: try printStatus(settings, override, session.console)
    }
  }

  private func enable(_ settings: HookSettings, _ override: EnvironmentOverride?, _ console: Console) throws {
    try settings.enable()
    console.progress("docker push will suggest the publish command (set in \(settings.path))")
    if let override, !override.isOn { console.warning(override.effect) }
  }

  private func disable(_ settings: HookSettings, _ console: Console) throws {
    try settings.disable()
    console.progress("docker push will no longer suggest the publish command (set in \(settings.path))")
    if settings.othersUseHooks {
      console.progress(
        "features.hooks is still \u{201C}true\u{201D} in that file, because it also enables the hooks of other plugins"
      )
    }
  }

  private func printStatus(_ settings: HookSettings, _ override: EnvironmentOverride?, _ console: Console) throws {
    let isOn = override?.isOn ?? settings.areOn
    let isNamed = settings.names("push")
    try console.result(isNamed && isOn ? "enabled" : "disabled")
    for command in HookSettings.ours where !settings.names(command) {
      console.progress(
        "The hook for docker \(command) is not set in \(settings.path). To set it: docker manifestx hooks enable"
      )
    }
    if isNamed, !isOn {
      let inFile =
        "features.hooks in \(settings.path) is not \u{201C}true\u{201D}. To set it: docker manifestx hooks enable"
      console.progress(override?.effect ?? inFile)
    }
  }
}

/// The variable of the environment that turns all of docker's hooks on or off, whatever config.json says.
private struct EnvironmentOverride {
  let name: String
  let value: String

  /// Nil if no such variable is set.
  init?(_ environment: Environment) {
    let names = ["DOCKER_CLI_HOOKS", "DOCKER_CLI_HINTS"]
    let found = names.lazy.compactMap { name in environment[name].map { (name, $0) } }.first
    guard let found else { return nil }
    (name, value) = found
  }

  var isOn: Bool { booleanValue(value) == true }

  /// What it does where it is off.
  var effect: String { "\(name)=\(value) in the environment turns off all of docker's hooks" }
}
