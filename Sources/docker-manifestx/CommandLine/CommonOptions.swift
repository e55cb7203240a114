import ArgumentParser

/// The options of every verb.
struct CommonOptions: ParsableArguments {
  @Flag(name: [.customShort("D"), .long], help: "Show each request and each decision")
  var debug = false

  static let names: Set<String> = ["debug"]
}
