import ArgumentParser
import LocalSystem

/// A command whose options ArgumentParser parses. Help, completion and manual are made from their declarations.
protocol Verb: VerbDeclaration, ParsableArguments {
  var common: CommonOptions { get }
  /// The words that are not options. Their number is checked by `acceptedArguments`.
  var words: [String] { get }

  /// How the command shows what it does.
  var progressMode: ProgressMode { get }

  /// The arguments that are possible with the options that were given.
  var acceptedArguments: [ArgumentDeclaration] { get }

  /// Checks what the declarations cannot express: options that cannot be used together.
  ///
  /// - Throws: `UsageError`.
  func checkUsage() throws
  func run(_ session: Session) async throws
}

extension Verb {
  var progressMode: ProgressMode { .auto }
  var acceptedArguments: [ArgumentDeclaration] { Self.arguments }
  func checkUsage() throws {}
}

/// A command that takes its words as they are: none of them is an option of this program.
protocol RawVerb: VerbDeclaration {
  /// - Returns: What is printed to standard output.
  static func answer(_ call: RawCall) async -> String
}

/// The call of a `RawVerb`.
struct RawCall: Sendable {
  /// What follows the command's name.
  let words: [String]
  let environment: Environment
  let console: Console
  /// Every command of the program.
  let verbs: [any VerbDeclaration.Type]
}
