import Templates

/// A mistake in the words of a command line.
enum UsageError: Error, Equatable {
  case unknownFlag(String)
  case noValue(String)
  /// The value of an option has none of the accepted forms of its kind.
  case value(String, option: String, ArgumentKind)
  case unknownCommand(String)
  /// An argument has none of the accepted forms of its kind.
  case argument(String, ArgumentKind)
  /// In docker's words: `requires at least 2 arguments`.
  case arguments(String)
  /// The template of `--format` cannot be used.
  case format(TemplateError)
  case other(String)

  /// - Parameter command: What was called, such as `docker manifestx publish`.
  func message(for command: String) -> String {
    switch self {
    case .unknownFlag(let flag): "unknown flag: \(flag)"
    case .noValue(let flag): "flag needs an argument: \(flag)"
    case .value(let value, let option, let kind):
      "invalid value \u{201C}\(value)\u{201D} for \(option): must be \(kind.acceptedForm)"
    case .unknownCommand(let word): "unknown command: \(command) \(word)"
    case .argument(let word, let kind):
      "invalid argument \u{201C}\(word)\u{201D} for '\(command)': must be \(kind.acceptedForm)"
    case .arguments(let requirement): "'\(command)' \(requirement)"
    case .format(let error): FormatError(error: error).description
    case .other(let message): message
    }
  }
}
