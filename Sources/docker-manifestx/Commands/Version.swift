import ArgumentParser

struct Version: Verb {
  static let name = "version"
  static let abstract = "Show the version of this plugin"

  @OptionGroup var common: CommonOptions
  @Argument(help: ArgumentHelp(visibility: .hidden)) var words: [String] = []

  func run(_ session: Session) async throws {
    try session.console.result("docker-\(ProgramMetadata.name) \(ProgramMetadata.version)")
  }
}
