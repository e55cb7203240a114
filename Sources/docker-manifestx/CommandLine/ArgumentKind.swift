/// What belongs in one place of a command line: an argument, or the value of an option. Usage lines, error messages and
/// completion are all made from it.
enum ArgumentKind: Hashable, Sendable {
  /// The name of one of the program's commands.
  case command
  /// The name of a multi-platform image that is about to be published.
  case list
  /// The name of any image or list.
  case name
  /// An image for the list: a name, or a tag of the list's repository.
  case image
  case tag
  case platform
  case architecture
  /// `IMAGE=OS/ARCH[/VARIANT]`.
  case imagePlatform
  case directory
  /// A number with a unit; see `TimeSpan`.
  case duration
  /// A whole number of seconds; see `WaitTime`.
  case seconds
  /// One of these words.
  case choice([String])
  /// Anything else. The text is the placeholder.
  case other(String)

  /// What usage lines and help show in this place.
  var placeholder: String {
    switch self {
    case .command: "COMMAND"
    case .list: "LIST"
    case .name: "NAME"
    case .image: "IMAGE"
    case .tag: "TAG"
    case .platform: "OS/ARCH[/VARIANT]"
    case .architecture: "ARCH"
    case .imagePlatform: "IMAGE=OS/ARCH[/VARIANT]"
    case .directory: "DIR"
    case .duration: "DURATION"
    case .seconds: "SECONDS"
    case .choice(let words): words.joined(separator: "|")
    case .other(let placeholder): placeholder
    }
  }

  /// The kinds that an option's value can have, apart from choices.
  static let ofValues: [ArgumentKind] = [
    .list, .name, .image, .tag, .platform, .architecture, .imagePlatform, .directory, .duration, .seconds,
  ]

  /// The forms that are accepted, with an example, for error messages; nil where only the command itself can tell.
  var acceptedForm: String? {
    switch self {
    case .duration: "a number with a unit, such as 30s or 2m"
    case .seconds: "a whole number of seconds from 0 to \(WaitTime.limit) (a day), such as 30"
    case .choice(let words): words.alternatives
    default: nil
    }
  }

  /// False if the value has none of the accepted forms.
  func accepts(_ value: String) -> Bool {
    switch self {
    case .duration: TimeSpan(argument: value) != nil
    case .seconds: WaitTime(argument: value) != nil
    case .choice(let words): words.contains(value)
    default: true
    }
  }
}

/// An argument of a command, and how often it can be given.
struct ArgumentDeclaration: Hashable, Sendable {
  enum Repetition: Sendable {
    case once
    case optional
    case oneOrMore
  }

  let kind: ArgumentKind
  var repetition = Repetition.once

  init(_ kind: ArgumentKind, _ repetition: Repetition = .once) {
    self.kind = kind
    self.repetition = repetition
  }

  /// `NAME`, `[NAME]` or `NAME [NAME...]`.
  var usage: String {
    switch repetition {
    case .once: kind.placeholder
    case .optional: "[\(kind.placeholder)]"
    case .oneOrMore: "\(kind.placeholder) [\(kind.placeholder)...]"
    }
  }
}

extension [ArgumentDeclaration] {
  /// As in a usage line: `LIST IMAGE [IMAGE...]`.
  var usage: String { map(\.usage).joined(separator: " ") }

  /// The kind of the argument with this index; nil if there can be no such argument.
  func kind(at index: Int) -> ArgumentKind? {
    if index < count { return self[index].kind }
    return last?.repetition == .oneOrMore ? last?.kind : nil
  }

  /// - Throws: `UsageError` if there are too few or too many words, or one of them is not among the choices of its place.
  func check(_ words: [String]) throws(UsageError) {
    let least = filter { $0.repetition != .optional }.count
    let most = last?.repetition == .oneOrMore ? nil : count
    guard words.count >= least, most.map({ words.count <= $0 }) ?? true else {
      throw .arguments(Self.requirement(least: least, most: most))
    }
    for (index, word) in words.enumerated() {
      guard let kind = kind(at: index), !kind.accepts(word), let form = kind.acceptedForm else { continue }
      throw .argument(word, form: form)
    }
  }

  /// In docker's words: https://github.com/docker/cli/blob/master/cli/required.go
  private static func requirement(least: Int, most: Int?) -> String {
    func count(_ number: Int) -> String { "\(number) argument\(number == 1 ? "" : "s")" }
    guard let most else { return "requires at least \(count(least))" }
    if most == 0 { return "accepts no arguments" }
    return least == most ? "requires \(count(least))" : "requires at least \(least) and at most \(count(most))"
  }
}

extension [String] {
  /// `a, b or c`.
  fileprivate var alternatives: String {
    count < 2 ? joined() : dropLast().joined(separator: ", ") + " or \(self[count - 1])"
  }
}
