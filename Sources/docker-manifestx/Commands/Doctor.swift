import ArgumentParser
import OCI

struct Doctor: Verb {
  static let name = "doctor"
  static let abstract = "Check the settings of this machine and the connection to a registry"
  static let discussion = """
    NAME is a registry (HOST or HOST:PORT), a repository (HOST/REPOSITORY) or an image (HOST/REPOSITORY:TAG). Without it, only this machine is checked.
    Each check is one line: ok, warning, failure or skipped. The lines below it say what to do. Nothing is changed, on this machine or in the registry.
    The exit status is 1 if a check has failed.

    Examples:

      docker manifestx doctor
      docker manifestx doctor harbor.example.com
      docker manifestx doctor --verbose harbor.example.com/test/app:v1
    """
  static let arguments = [ArgumentDeclaration(.name, .optional)]

  @Flag(name: .shortAndLong, help: "Show what each check has found")
  var verbose = false

  @Option(help: ArgumentHelp("Format of the output: text (the default) or json", valueName: "FORMAT"))
  var format = Format.text

  @Option(help: ArgumentHelp("Maximum time of each check (default 10s)", kind: .duration))
  var timeout = TimeSpan(duration: .seconds(10))

  @Flag(help: "Allow plain HTTP and unverified certificates for the registry")
  var insecure = false

  @OptionGroup var common: CommonOptions
  @Argument(help: ArgumentHelp(visibility: .hidden)) var words: [String] = []

  enum Format: String, CaseIterable, ExpressibleByArgument {
    case text, json
  }

  func run(_ session: Session) async throws {
    let target = try words.first.map(DoctorTarget.init(parsing:))
    let report = CheckReport(
      target: target,
      isVerbose: verbose,
      secrets: session.console.secrets,
      home: session.paths.home
    )
    let run = CheckRun(limit: timeout.duration) { [format] check in
      if format == .text { try session.console.result(report.text(check)) }
    }
    session.unfinished.set {
      run.current.map { "Interrupted during the check \($0.rawValue).\n" } ?? ""
    } result: { [format] in
      format == .json ? report.json(run.finished, isComplete: false) : []
    }
    let examination = Examination(
      session: session,
      target: target,
      timeout: timeout.duration,
      isInsecure: insecure
    )
    try await run.run(try await examination.steps())
    if format == .json { try session.console.result(report.json(run.finished, isComplete: true)) }
    if let failed = FailedChecks(run.finished) { throw failed }
  }
}
