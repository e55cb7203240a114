import ArgumentParser
import JSON
import Templates

struct Version: Verb {
  static let name = "version"
  static let abstract = "Show the version of this plugin"
  static let discussion = """
    Examples:

      docker manifestx version
      docker manifestx version --format json
      docker manifestx version --format '{{.Version}} {{.GitCommit}}'
    """

  @Option(
    name: .shortAndLong,
    help: ArgumentHelp(
      "Format of the output: text (the default), json, or a template such as '{{.Version}}'",
      valueName: OutputFormat<Format>.placeholder
    )
  )
  var format = OutputFormat.word(Format.text)

  @OptionGroup var common: CommonOptions
  @Argument(help: ArgumentHelp(visibility: .hidden)) var words: [String] = []

  enum Format: String, CaseIterable { case text, json }

  func checkUsage() throws { _ = try format.template() }

  func run(_ session: Session) async throws {
    let build = ProgramBuild.current
    if let template = try format.template() {
      return try session.console.result(template, over: build.json, optionalFields: ProgramBuild.optionalFields)
    }
    if case .word(.json) = format {
      return try session.console.result(build.json)
    }
    let time = build.commitTime.map { " (\($0))" } ?? ""
    let rows = [
      [" Git commit:", (build.commit ?? "unknown") + time], [" Build:", ProgramBuild.configuration],
      [" OS/Arch:", "\(ProgramBuild.os)/\(ProgramBuild.architecture)"],
    ]
    try session.console.result("docker-\(ProgramMetadata.name) \(ProgramMetadata.version)\n\(Table(rows: rows).text)")
  }
}
