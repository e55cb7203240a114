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
  /// From DOCKER_CONFIG, which the engine's program inherits.
  let inheritedDirectory: String?
  /// How long an engine may take to answer a question.
  var timeout = EngineProcess.queryTimeout

  init(_ invocation: PluginInvocation, _ environment: Environment) {
    program = environment["MANIFESTX_ENGINE"]
    dockerOptions = invocation.engineOptions
    configDirectory = invocation.configDirectory
    inheritedDirectory = environment["DOCKER_CONFIG"]
    programs = program.map { [$0] } ?? (dockerOptions.isEmpty ? ["docker", "podman", "nerdctl"] : ["docker"])
  }
}
