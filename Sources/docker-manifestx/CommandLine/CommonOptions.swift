import ArgumentParser

/// The options of every verb.
struct CommonOptions: ParsableArguments {
  @Flag(name: [.customShort("D"), .long], help: "Enable debug output")
  var debug = false

  static let names: Set<String> = ["debug"]
}
