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
  /// An image in a list: its platform, digest or name.
  case entry
  case tag
  case platform
  /// One or more, with commas between them.
  case platforms
  case architecture
  /// `IMAGE=OS/ARCH[/VARIANT][:OSVERSION]`.
  case imagePlatform
  case directory
  case file
  /// A number with a unit; see `TimeSpan`.
  case duration
  /// A whole number of seconds; see `WaitTime`.
  case seconds
  /// One of these words.
  case choice([String])
  /// One of these words, or a template in the notation of Go.
  case format([String])
  /// Anything else. The text is the placeholder.
  case other(String)

  /// What usage lines and help show in this place.
  var placeholder: String {
    switch self {
    case .command: "COMMAND"
    case .list: "LIST"
    case .name: "NAME"
    case .image: "IMAGE"
    case .entry: "ENTRY"
    case .tag: "TAG"
    case .platform: "OS/ARCH[/VARIANT]"
    case .platforms: "OS/ARCH[/VARIANT],..."
    case .architecture: "ARCH"
    case .imagePlatform: "IMAGE=OS/ARCH[/VARIANT][:OSVERSION]"
    case .directory: "DIR"
    case .file: "FILE"
    case .duration: "DURATION"
    case .seconds: "SECONDS"
    case .choice(let words): words.joined(separator: "|")
    case .format: "FORMAT|TEMPLATE"
    case .other(let placeholder): placeholder
    }
  }

  /// The kinds that an option's value can have, apart from choices.
  static let ofValues: [ArgumentKind] = [
    .list, .name, .image, .tag, .platform, .platforms, .architecture, .imagePlatform, .directory, .file, .duration,
    .seconds,
  ]

  /// True or false.
  static let boolean = ArgumentKind.choice(["true", "false"])

  /// The forms that are accepted, with an example, for error messages.
  var acceptedForm: String {
    switch self {
    case .duration: "a number with a unit, such as 30s or 2m, longer than 0 and at most a year"
    case .seconds: "a whole number of seconds from 0 to \(WaitTime.limit) (a day), such as 30"
    case .choice(let words): words.alternatives
    case .format(let words): (words + ["a template such as '{{json .}}'"]).alternatives
    default: placeholder
    }
  }

  /// The accepted value that was probably meant; nil where this cannot be known.
  func correction(of value: String) -> String? {
    switch self {
    case .duration: TimeSpan(argument: "\(value)s") == nil ? nil : "\(value)s"
    case .seconds:
      TimeSpan(argument: value).map { "\($0.duration.components.seconds)" }.flatMap { accepts($0) ? $0 : nil }
    case .choice(let words), .format(let words): nearest(to: value, among: words)
    default: nil
    }
  }

  /// False if the value has none of the accepted forms. Where only the command itself can tell, any value is accepted.
  func accepts(_ value: String) -> Bool {
    switch self {
    case .duration: TimeSpan(argument: value) != nil
    case .seconds: WaitTime(argument: value) != nil
    case .choice(let words): words.contains(value)
    case .format(let words): words.contains(value) || Self.isTemplate(value)
    default: true
    }
  }

  /// Any other text would print itself, which nobody needs.
  static func isTemplate(_ value: String) -> Bool { value.contains("{{") }
}

extension [String] {
  /// `a, b or c`.
  fileprivate var alternatives: String {
    count < 2 ? joined() : dropLast().joined(separator: ", ") + " or \(self[count - 1])"
  }
}
