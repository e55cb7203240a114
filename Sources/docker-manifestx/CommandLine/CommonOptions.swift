import ArgumentParser

/// The options of every verb.
struct CommonOptions: ParsableArguments {
  @Flag(name: [.customShort("D"), .long], help: ArgumentHelp(debugAbstract))
  var debug = false

  /// The same for docker's global option of this name.
  static let debugAbstract = "Enable debug output"

  static let names: Set<String> = ["debug"]
}
