import ArgumentParser

/// Prints the manual page, for `install.sh` and packages.
struct PrintManual: Verb {
  static let name = "__man"
  static let abstract = ""
  static let isHidden = true

  @OptionGroup var common: CommonOptions
  @Argument(help: ArgumentHelp(visibility: .hidden)) var words: [String] = []

  func run(_ session: Session) async throws {
    try session.console.result(Array(Manual.page(of: session.verbs).utf8))
  }
}
