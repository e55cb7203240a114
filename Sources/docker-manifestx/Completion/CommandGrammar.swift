/// What may follow a command's name.
struct CommandGrammar {
  private(set) var arguments: [ArgumentDeclaration]
  /// An option and its value are one word: `--tag=latest`.
  private(set) var joinsValues = false
  /// How many arguments come before all options.
  private(set) var argumentsBeforeOptions = 0
  /// The LIST among the arguments need not exist yet.
  private(set) var makesLists = false
  /// The command, if it is none of the shell helpers with arguments of their own.
  private var verb: (any VerbDeclaration.Type)?
  /// Called when an option is needed: reading the declarations takes a few milliseconds.
  let options: () -> [CommandOption]

  private init(_ arguments: [ArgumentDeclaration], options: @escaping () -> [CommandOption]) {
    self.arguments = arguments
    self.options = options
  }

  /// What stands before any verb.
  static func program(isPlugin: Bool) -> CommandGrammar {
    CommandGrammar([ArgumentDeclaration(.command)]) { isPlugin ? [] : PluginInvocation.options }
  }

  /// Nil if there is no such command.
  ///
  /// - Parameter command: A verb, or one of the shell helpers.
  init?(command: String, verbs: [any VerbDeclaration.Type]) {
    if let verb = verbs.first(where: { $0.name == command && !$0.isHidden }) ?? ShellHelpers.otherNames[command] {
      self.init(verb.arguments) { verb.options }
      makesLists = verb.name == Publish.name
      self.verb = verb
    } else if let arguments = ShellHelpers.arguments[command] {
      self.init(arguments) { ShellHelpers.options(of: command) }
      argumentsBeforeOptions = ShellHelpers.argumentsBeforeOptions[command] ?? 0
      joinsValues = argumentsBeforeOptions > 0
      makesLists = true
    } else if command == "help" {
      self.init([ArgumentDeclaration(.command)]) { [] }
    } else {
      return nil
    }
  }

  /// What may follow where these options are on the command line.
  func with(_ options: Set<String>) -> CommandGrammar {
    var grammar = self
    if let verb { grammar.arguments = verb.arguments(beside: options) }
    return grammar
  }
}
