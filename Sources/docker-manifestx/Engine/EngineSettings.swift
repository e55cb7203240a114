import LocalSystem

/// Which engine has the images of this machine, as the user set it.
struct EngineSettings: Sendable {
  /// From MANIFESTX_ENGINE: a program.
  let program: String?
  /// The programs to try, in this order. The options that choose docker's engine leave no choice.
  var programs: [String]
  /// docker's global options that choose its engine, for docker alone.
  let dockerOptions: [String]
  /// From docker's option `--config`.
  let configDirectory: String?
  /// How long an engine may take to answer a question.
  var timeout = EngineProcess.queryTimeout

  init(_ invocation: PluginInvocation, _ environment: Environment) {
    program = environment["MANIFESTX_ENGINE"]
    dockerOptions = invocation.engineOptions
    configDirectory = invocation.configDirectory
    programs = program.map { [$0] } ?? (dockerOptions.isEmpty ? ["docker", "podman", "nerdctl"] : ["docker"])
  }

  /// What an engine's program gets besides the variables of this one. podman and nerdctl, too, read DOCKER_CONFIG.
  var variables: [String: String] {
    // docker would run the hooks of its plugins after a push: they suggest what this program does anyway.
    var variables = ["DOCKER_CLI_HOOKS": "false"]
    variables["DOCKER_CONFIG"] = configDirectory
    return variables
  }
}
