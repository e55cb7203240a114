import ArgumentParser

struct Version: Verb {
  static let name = "version"
  static let usage = ""
  static let abstract = "Show the version of this plugin"

  @OptionGroup var common: CommonOptions
  @Argument(help: ArgumentHelp(visibility: .hidden)) var words: [String] = []

  func checkUsage() throws {
    if !words.isEmpty { throw UsageError.arguments("accepts no arguments") }
  }

  func run(_ session: Session) async throws {
    try session.console.result("docker-\(Session.metadata("Name")) \(Session.metadata("Version"))")
  }
}
