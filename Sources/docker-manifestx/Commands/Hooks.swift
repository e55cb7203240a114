import ArgumentParser
import DockerConfig

struct Hooks: Verb {
  static let name = "hooks"
  static let usage = "enable|disable|status"
  static let abstract = "Let docker push say how the list is published"
  static let discussion = """
    With hooks, docker itself prints the next step after docker push NAME:TAG-ARCH: docker manifestx publish NAME:TAG.
    It does so on a terminal only, and only if the tag names an architecture.

    enable and disable edit docker's config.json (plugins.manifestx.hooks, features.hooks) and leave the rest of it as
    it is. status prints enabled or disabled.
    """

  @OptionGroup var common: CommonOptions
  @Argument(help: ArgumentHelp(visibility: .hidden)) var words: [String] = []

  func checkUsage() throws {
    if words.count != 1 { throw UsageError.arguments("requires 1 argument") }
    if !["enable", "disable", "status"].contains(words[0]) {
      throw UsageError.arguments("knows enable, disable and status, and not \u{201C}\(words[0])\u{201D}")
    }
  }

  func run(_ session: Session) async throws {
    let settings = try HookSettings(session.paths)
    switch words[0] {
    case "enable":
      try settings.enable()
      session.console.progress("docker push now says how its images are published (set in \(settings.path))")
      if let text = Self.switchInEnvironment(session), !isTrue(text.value) {
        session.console.warning("\(text.name)=\(text.value) in the environment turns all of docker's hooks off")
      }
    case "disable":
      try settings.disable()
      session.console.progress("docker push no longer says how its images are published (set in \(settings.path))")
      if settings.othersUseHooks {
        session.console.progress("features.hooks stays \u{201C}true\u{201D} there, for the other hooks that are named")
      }
    default:
      let isOn = Self.switchInEnvironment(session).map { isTrue($0.value) } ?? settings.areOn
      let isNamed = settings.names("push")
      try session.console.result(isNamed && isOn ? "enabled" : "disabled")
      for command in HookSettings.ours where !settings.names(command) {
        session.console.progress("\(settings.path) does not name docker \(command): hooks enable")
      }
      if isNamed, !isOn { session.console.progress(Self.reason(session, settings)) }
    }
  }

  /// What docker looks at before it looks at config.json.
  private static func switchInEnvironment(_ session: Session) -> (name: String, value: String)? {
    ["DOCKER_CLI_HOOKS", "DOCKER_CLI_HINTS"].lazy.compactMap { name in
      session.environment[name].map { (name, $0) }
    }.first
  }

  private static func reason(_ session: Session, _ settings: HookSettings) -> String {
    guard let text = switchInEnvironment(session) else {
      return "features.hooks in \(settings.path) is not \u{201C}true\u{201D}: hooks enable"
    }
    return "\(text.name)=\(text.value) in the environment turns all of docker's hooks off"
  }
}
