import OCI

/// What a user who made a mistake probably meant.
struct Suggestion {
  /// The program's name in usage lines.
  let program: String
  /// Every command of the program.
  let verbs: [any VerbDeclaration.Type]

  /// One line; nil where the mistake does not show what was meant.
  ///
  /// - Parameter verb: The command whose arguments contain the mistake; nil if it is before any command.
  func text(for error: UsageError, _ verb: (any VerbDeclaration.Type)?) -> String? {
    switch error {
    case .unknownFlag(let word): forOption(word, verb)
    case .unknownCommand(let word):
      OtherTools.advice(onCommand: word, program: program)
        ?? question(nearest(to: word, among: shown.map { $0.name } + ["help"]))
    case .value(let value, let option, let kind):
      // The value of a flag cannot be a word of its own.
      question(kind.correction(of: value).map { option + (kind == .boolean ? "=" : " ") + $0 })
    case .argument(let word, let kind): question(kind.correction(of: word))
    case .format(let error): FormatError(error: error).advice
    case .noValue, .arguments, .other: nil
    }
  }

  private var shown: [any VerbDeclaration.Type] { verbs.filter { !$0.isHidden } }

  private func question(_ answer: String?) -> String? { answer.map { "Did you mean \($0)?" } }

  private func forOption(_ word: String, _ verb: (any VerbDeclaration.Type)?) -> String? {
    let name = String(word.prefix { $0 != "=" })
    // One dash in the place of two: the letters are read as options of their own.
    let long = name.hasPrefix("--") ? name : "-" + name
    let options = verb?.options ?? PluginInvocation.options
    if options.contains(where: { "--\($0.long)" == long }) { return question(long) }
    if let verb {
      if PluginInvocation.options.contains(where: { $0.isNamed(name) }) {
        return "It comes before the command: \(program) \(name) ... \(verb.name)"
      }
      if let advice = OtherTools.advice(onOption: name, of: verb) { return advice }
    }
    if let other = shown.first(where: { $0.options.contains { $0.isNamed(name) } }) {
      return verb == nil
        ? "It comes after the command: \(program) \(other.name) \(name)"
        : "It is an option of another command: \(program) \(other.name)"
    }
    let withoutVerb = verb == nil ? ["--version", "--help"] : ["--help"]
    return question(nearest(to: long, among: options.map { "--\($0.long)" } + withoutVerb)) ?? forArgument(word)
  }
}

/// `-amd64`, from `$TAG-amd64`.
private func forArgument(_ word: String) -> String? {
  guard (try? Tag(parsing: word.drop { $0 == "-" }))?.namesArchitecture == true else { return nil }
  return "If this is an argument with a variable at its beginning, check that the variable is not empty"
}

extension CommandOption {
  fileprivate func isNamed(_ name: String) -> Bool { name == "--\(long)" || short.map { "-\($0)" } == name }
}
