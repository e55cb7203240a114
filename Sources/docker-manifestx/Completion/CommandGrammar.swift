import OCI

/// What may follow a command's name, read from the same lines that help shows.
struct CommandGrammar {
  let places: [Place]
  /// The last place may be filled again and again.
  let repeats: Bool
  /// Made on demand: the declarations take a few milliseconds to read.
  let options: () -> [Help.Option]

  /// - Parameter usage: As after a command's name in help: `[OPTIONS] LIST IMAGE [IMAGE...]`.
  init(usage: String, options: @escaping () -> [Help.Option]) {
    let words = usage.split(separator: " ").map { $0.filter { !"[]".contains($0) } }.filter { $0 != "OPTIONS" }
    places = words.map(Place.init)
    repeats = words.last?.hasSuffix("...") ?? false
    self.options = options
  }

  /// - Parameter command: A verb, or one of the shell helpers.
  init?(command: String) {
    if let verb = CommandLineTool.verbs.first(where: { $0.name == command }) {
      self.init(usage: verb.usage) { Help.options(of: verb) }
    } else if let usage = ShellHelpers.usages[command] {
      self.init(usage: usage) { ShellHelpers.options(of: command) }
    } else {
      return nil
    }
  }

  func place(_ index: Int) -> Place? {
    index < places.count ? places[index] : repeats ? places.last : nil
  }

  /// What belongs in one place of a command, or is an option's value.
  enum Place: Equatable {
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
    case file
    case directory
    case open

    /// - Parameter word: The placeholder in a usage line.
    init(_ word: String) {
      let word = word.hasSuffix("...") ? String(word.dropLast(3)) : word
      switch word {
      case "LIST", "NAME": self = .reference
      case "IMAGE": self = .image
      case "TAG": self = .tag
      case "PLATFORM", "OS/ARCH": self = .platform
      case "ARCH": self = .architecture
      case "FILE", "PATH": self = .file
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
    "mx_publish": CommandLineTool.usage(of: "publish"),
    "mx_digest": "NAME", "mx_platforms": "NAME", "mx_pin": "NAME", "mx_has_platform": "NAME PLATFORM",
    "mx_wait": "NAME [TIMEOUT]", "mx_matrix": "LIST ARCH [ARCH...]",
  ]

  static func options(of command: String) -> [Help.Option] {
    switch command {
    case "mx_publish": return Help.options(of: Publish.self)
    case "image_push.sh":
      let insecure = Help.options(of: Publish.self).filter { $0.long == "insecure" }
      return insecure + [Help.Option(flag: "no-push", help: "The images are in the registry already")]
    default: return []
    }
  }
}

extension CommandLineTool {
  fileprivate static func usage(of name: String) -> String { verbs.first { $0.name == name }?.usage ?? "" }
}

extension Help.Option {
  fileprivate init(flag: String, help: String) {
    (short, long, value, choices, self.help) = (nil, flag, nil, [], help)
  }
}
