/// How the program was called: by docker as `GLOBAL-FLAGS manifestx VERB …`, or by its own name as `GLOBAL-FLAGS VERB …`.
///
/// docker passes its global flags on as they were written, after its own parser has accepted them.
struct PluginInvocation: Sendable {
  /// True if docker called.
  private(set) var isPlugin = false
  /// From `--config`.
  private(set) var configDirectory: String?
  private(set) var isDebugging = false
  /// docker's global options that choose an engine, each as one word.
  private(set) var engineOptions: [String] = []
  /// The verb and what follows it.
  private(set) var arguments: [String] = []

  /// The program's name in usage lines.
  var program: String { isPlugin ? "docker manifestx" : "docker-manifestx" }

  /// docker shows its global options in its own help.
  var usage: String { isPlugin ? "\(program) COMMAND" : "\(program) [OPTIONS] COMMAND" }

  init() {}

  /// - Throws: `UsageError` for a mistake in the flags before the verb.
  init(_ words: [String]) throws(UsageError) { try read(words) }

  /// - Throws: `UsageError`, as above. What was read before the mistake is kept.
  mutating func read(_ words: [String]) throws(UsageError) {
    var rest = words[...]
    var help = try takeOptions(&rest)
    if rest.first == "manifestx" {
      isPlugin = true
      rest = rest.dropFirst()
      // docker does not read what follows the plugin's name.
      help += try takeOptions(&rest)
    } else if rest.starts(with: ["help", "manifestx"]) {
      isPlugin = true
      rest = ["help"] + rest.dropFirst(2)
    }
    arguments = help + rest
  }

  /// Takes the options at the beginning of the words.
  ///
  /// - Returns: Those that ask for help.
  private mutating func takeOptions(_ rest: inout ArraySlice<String>) throws(UsageError) -> [String] {
    var help: [String] = []
    while let word = rest.first, word.hasPrefix("-"), word != "-", !Self.versionFlags.contains(word) {
      rest = rest.dropFirst()
      if word == "--" { break }
      if Self.helpFlags.contains(word) { help.append(word) } else { try take(word, &rest) }
    }
    return help
  }

  static let helpFlags: Set<String> = ["--help", "-h"]
  /// In the place of a verb.
  static let versionFlags: Set<String> = ["--version", "-v"]

  /// docker's global options that have an effect here.
  static let options = [
    CommandOption(
      long: "config",
      value: .init(.directory),
      abstract: "Directory of docker's config.json (default ~/.docker)"
    ),
    CommandOption(short: "D", long: "debug", abstract: CommonOptions.debugAbstract),
    CommandOption(
      short: "l",
      long: "log-level",
      value: .init(.choice(["debug", "info", "warn", "error", "fatal"]), placeholder: "LEVEL"),
      abstract: "Logging level; only debug has an effect"
    ),
  ]

  /// docker's global options that choose an engine. Registries do not depend on it: only `publish --push` uses an engine.
  private static let optionsOfEngine = [
    CommandOption(short: "c", long: "context", value: .init(.other("NAME"))),
    CommandOption(short: "H", long: "host", value: .init(.other("HOST"))),
    CommandOption(long: "tlscacert", value: .init(.other("FILE"))),
    CommandOption(long: "tlscert", value: .init(.other("FILE"))),
    CommandOption(long: "tlskey", value: .init(.other("FILE"))),
    CommandOption(long: "tls"),
    CommandOption(long: "tlsverify"),
  ]

  private static let reader = OptionReader(options: options + optionsOfEngine)

  /// docker accepts more names of levels than it mentions, in capitals too. The value says whether the level includes what
  /// `--debug` shows.
  private static let levels = [
    "trace": true, "debug": true,
    "info": false, "warn": false, "warning": false, "error": false, "fatal": false, "panic": false,
  ]

  private mutating func take(_ word: String, _ rest: inout ArraySlice<String>) throws(UsageError) {
    for use in Self.reader.uses(in: word) {
      guard let option = use.option else { throw .unknownFlag(word) }
      switch option.long {
      case "debug": isDebugging = try use.isOn
      case "config": configDirectory = try use.value(&rest)
      case "log-level":
        // Not `value`: that would refuse the names that are not mentioned.
        guard let level = use.attached ?? rest.popFirst() else { throw .noValue(use.name) }
        if try Self.includesDebug(level, use) { isDebugging = true }
      case _ where option.value != nil: engineOptions.append("--\(option.long)=\(try use.value(&rest))")
      default: engineOptions.append("--\(option.long)=\(try use.isOn)")
      }
    }
  }

  private static func includesDebug(_ level: String, _ use: OptionReader.Use) throws(UsageError) -> Bool {
    if let includesDebug = levels[level.lowercased()] { return includesDebug }
    throw .value(level, option: use.name, use.option?.value?.kind ?? .other("LEVEL"))
  }
}
