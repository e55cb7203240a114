import OCI

/// What may follow a command's name, read from the same lines that help shows.
struct CommandGrammar {
  let places: [Place]
  /// The last place may be filled again and again.
  let repeats: Bool
  /// An option and its value are one word: `--tag=latest`.
  private(set) var joinsValues = false
  /// Made on demand: the declarations take a few milliseconds to read.
  let options: () -> [Help.Option]

  /// - Parameter usage: As after a command's name in help: `[OPTIONS] LIST IMAGE [IMAGE...]`.
  init(usage: String, options: @escaping () -> [Help.Option]) {
    let words = usage.split(separator: " ").map { $0.filter { !"[]".contains($0) } }.filter { $0 != "OPTIONS" }
    places = words.map(Place.init)
    repeats = words.last?.hasSuffix("...") ?? false
    self.options = options
  }

  /// What stands before any verb.
  static func program(isPlugin: Bool) -> CommandGrammar {
    CommandGrammar(usage: "COMMAND") { isPlugin ? [] : PluginInvocation.options }
  }

  /// - Parameter command: A verb, or one of the shell helpers.
  init?(command: String) {
    if let verb = CommandLineTool.verbs.first(where: { $0.name == command }) {
      self.init(usage: verb.usage) { Help.options(of: verb) }
    } else if let usage = ShellHelpers.usages[command] {
      self.init(usage: usage) { ShellHelpers.options(of: command) }
      joinsValues = command == "mx_matrix"
    } else if command == "help" {
      self.init(usage: "COMMAND") { [] }
    } else {
      return nil
    }
  }

  func place(_ index: Int) -> Place? {
    index < places.count ? places[index] : repeats ? places.last : nil
  }

  /// What belongs in one place of a command, or is an option's value.
  enum Place: Equatable {
    case command
    /// Any image's or list's name.
    case reference
    /// A name, or a tag of LIST's repository.
    case image
    case tag
    case platform
    case architecture
    /// `IMAGE=OS/ARCH`.
    case imagePlatform
    case choice([String])
    case directory
    case open

    /// - Parameter word: The placeholder in a usage line.
    init(_ word: String) {
      let word = word.hasSuffix("...") ? String(word.dropLast(3)) : word
      switch word {
      case "COMMAND": self = .command
      case "LIST", "NAME": self = .reference
      case "IMAGE": self = .image
      case "TAG": self = .tag
      case "PLATFORM", "OS/ARCH": self = .platform
      case "ARCH": self = .architecture
      case "DIR": self = .directory
      case _ where word.hasPrefix("IMAGE="): self = .imagePlatform
      case _ where word.contains("|"): self = .choice(word.split(separator: "|").map(String.init))
      default: self = word.isEmpty || word.uppercased() == word ? .open : .choice([word])
      }
    }

    init(valueOf option: Help.Option) {
      self = option.choices.isEmpty ? Place(option.value ?? "") : .choice(option.choices)
    }
  }
}

/// The shell helpers, whose words are completed here as well: the script and the functions of `helpers/`.
enum ShellHelpers {
  static let usages = [
    "image_push.sh": "manifest [OPTIONS] LIST IMAGE [IMAGE...]",
    "mx_publish": CommandLineTool.usage(of: "publish"), "manifest": CommandLineTool.usage(of: "publish"),
    "mx_digest": "NAME", "mx_platforms": "NAME", "mx_pin": "NAME", "mx_has_platform": "NAME PLATFORM",
    "mx_wait": "NAME [TIMEOUT]", "mx_matrix": "LIST ARCH [ARCH...]",
  ]

  static func options(of command: String) -> [Help.Option] {
    switch command {
    case "image_push.sh":
      let insecure = Help.options(of: Publish.self).filter { $0.long == "insecure" }
      return insecure + [Help.Option(long: "no-push", help: "The images are in the registry already")]
    case "mx_publish", "manifest": return Help.options(of: Publish.self)
    // Images are named there by their architectures alone.
    case "mx_matrix": return Help.options(of: Publish.self).filter { $0.long != "platform" }
    // The form of the answer is what these functions are there for.
    default: return Help.options(of: Inspect.self).filter { !["format", "platform", "raw", "wait"].contains($0.long) }
    }
  }
}

extension CommandLineTool {
  fileprivate static func usage(of name: String) -> String { verbs.first { $0.name == name }?.usage ?? "" }
}
