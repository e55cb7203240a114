/// The shell helpers, which are completed here as well: the script and the functions in `helpers/`.
enum ShellHelpers {
  /// Those that are another name of a command.
  static let otherNames: [String: any VerbDeclaration.Type] = ["mx_publish": Publish.self, "manifest": Publish.self]

  static let arguments: [String: [ArgumentDeclaration]] = [
    "image_push.sh": [ArgumentDeclaration(.choice(["manifest"]))] + Publish.arguments,
    "mx_digest": [name],
    "mx_platforms": [name],
    "mx_pin": [name],
    "mx_has_platform": [name, ArgumentDeclaration(.platform)],
    "mx_wait": [name, ArgumentDeclaration(.other("TIMEOUT"), .optional)],
    "mx_matrix": [ArgumentDeclaration(.list), ArgumentDeclaration(.architecture, .oneOrMore)],
  ]

  private static let name = ArgumentDeclaration(.name)

  static func options(of command: String) -> [CommandOption] {
    switch command {
    case "image_push.sh":
      let insecure = Publish.options.filter { $0.long == "insecure" }
      let abstract = "Do not push the images; they must already be in the registry"
      return insecure + [CommandOption(long: "no-push", abstract: abstract)]
    // Its images are named by their architectures alone.
    case "mx_matrix": return Publish.options.filter { $0.long != "platform" }
    default: return Inspect.options.filter { !optionsWithoutMeaning.contains($0.long) }
    }
  }

  /// These functions choose the format themselves, and others only work with another one.
  private static let optionsWithoutMeaning = [
    "format", "platform", "raw", "wait", "check", "compat", "expect", "referrers", "verbose",
  ]

  /// How many arguments come before all options in these functions, which take an option and its value as one word.
  static let argumentsBeforeOptions = ["mx_matrix": 1, "mx_pin": 1, "mx_has_platform": 2, "mx_wait": 1]
}
