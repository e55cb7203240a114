import ArgumentParser

/// What help, completion and the manual need to know of one of the program's commands.
protocol VerbDeclaration: SendableMetatype {
  static var name: String { get }
  /// One line, for the overview. Empty only for hidden commands.
  static var abstract: String { get }
  /// Paragraphs below the usage line; empty where the abstract says everything.
  static var discussion: String { get }
  static var arguments: [ArgumentDeclaration] { get }
  /// Those that there can be beside these options, which are given by their long names.
  static func arguments(beside options: Set<String>) -> [ArgumentDeclaration]
  /// What follows the name in further usage lines: forms with an option that changes which arguments there are.
  static var furtherUsages: [String] { get }
  /// How help divides the options, in this order; empty where they are few.
  static var optionGroups: [OptionGroupDeclaration] { get }
  /// True for the commands that scripts and docker call. Help, completion and the manual do not show them.
  static var isHidden: Bool { get }
}

extension VerbDeclaration {
  static var discussion: String { "" }
  static var arguments: [ArgumentDeclaration] { [] }
  static func arguments(beside options: Set<String>) -> [ArgumentDeclaration] { arguments }
  static var furtherUsages: [String] { [] }
  static var optionGroups: [OptionGroupDeclaration] { [] }
  static var isHidden: Bool { false }

  /// Empty for a command that ArgumentParser does not parse.
  static var options: [CommandOption] { (self as? any ParsableArguments.Type).map(CommandOption.all) ?? [] }

  /// What follows the name in a usage line.
  static var usage: String { usage(with: options) }

  /// The same, where the options have been read already. Those that every command has are not mentioned.
  static func usage(with options: [CommandOption]) -> String {
    let hasOptions = options.contains { !CommonOptions.names.contains($0.long) }
    return ((hasOptions ? ["[OPTIONS]"] : []) + arguments.map(\.usage)).joined(separator: " ")
  }
}

/// Options that help shows under one heading.
struct OptionGroupDeclaration {
  let title: String
  /// Their long names, the everyday ones first.
  let names: [String]

  init(_ title: String, _ names: [String]) { (self.title, self.names) = (title, names) }

  /// Those of `RegistryOptions`, apart from the one for the progress.
  static let registry = OptionGroupDeclaration("Registry", ["insecure", "timeout", "retry-max-wait"])
}
