/// How the program was called: by docker as `GLOBAL-FLAGS manifestx VERB …`, or by its own name as `GLOBAL-FLAGS VERB …`.
///
/// docker hands its global flags on as they were written; its own parser has accepted them before.
struct PluginInvocation: Sendable {
  /// True where docker called.
  private(set) var isPlugin = false
  /// From `--config`.
  private(set) var configDirectory: String?
  private(set) var isDebugging = false
  /// The verb and what follows it.
  private(set) var arguments: [String] = []

  /// The program's name in usage lines.
  var program: String { isPlugin ? "docker manifestx" : "docker-manifestx" }

  init() {}

  /// - Throws: `UsageError` for an unknown flag before the verb.
  init(_ words: [String]) throws(UsageError) {
    var rest = words[...]
    var help: [String] = []
    while let word = rest.first, word.hasPrefix("-"), word != "-", !Self.asksForVersion.contains(word) {
      rest = rest.dropFirst()
      if word == "--" { break }
      if Self.asksForHelp.contains(word) { help.append(word) } else { try take(word, &rest) }
    }
    if rest.first == "manifestx" {
      isPlugin = true
      rest = rest.dropFirst()
    } else if rest.starts(with: ["help", "manifestx"]) {
      isPlugin = true
      rest = ["help"] + rest.dropFirst(2)
    }
    arguments = help + rest
  }

  static let asksForHelp: Set<String> = ["--help", "-h"]
  /// In the place of a verb.
  static let asksForVersion: Set<String> = ["--version", "-v"]

  /// docker's that choose an engine are accepted, and the same for all: registries have nothing to do with it.
  private static let forEngines = (
    withValue: ["-c", "--context", "-H", "--host", "--tlscacert", "--tlscert", "--tlskey"],
    withoutValue: ["--tls", "--tlsverify"]
  )
  /// docker's that mean something here.
  static let options = [
    Help.Option(long: "config", value: "DIR", help: "Where docker's config.json is (default ~/.docker)"),
    Help.Option(short: "D", long: "debug", help: "Show each request and each decision"),
    Help.Option(
      short: "l",
      long: "log-level",
      value: "LEVEL",
      choices: ["debug", "info", "warn", "error", "fatal"],
      help: "With debug, as --debug"
    ),
  ]

  private static let names = (
    withValue: Set(forEngines.withValue + options.filter { $0.value != nil }.flatMap(\.flags)),
    withoutValue: Set(forEngines.withoutValue + options.filter { $0.value == nil }.flatMap(\.flags))
  )

  /// docker's levels, in lower case, and whether each shows what `--debug` shows.
  private static let levels = [
    "trace": true, "debug": true,
    "info": false, "warn": false, "warning": false, "error": false, "fatal": false, "panic": false,
  ]

  private mutating func take(_ word: String, _ rest: inout ArraySlice<String>) throws(UsageError) {
    if word.hasPrefix("--") {
      let parts = word.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
      return try set(parts[0], parts.count == 2 ? parts[1] : nil, &rest, of: word)
    }
    // Short ones may stand together, and the value may follow at once: -D, -Dl info, -linfo, -l=info.
    var letters = word.dropFirst()
    while let letter = letters.popFirst() {
      let name = "-\(letter)"
      let hasAttached = letters.first == "=" || (Self.names.withValue.contains(name) && !letters.isEmpty)
      let attached = hasAttached ? String(letters.first == "=" ? letters.dropFirst() : letters) : nil
      try set(name, attached, &rest, of: word)
      if hasAttached { return }
    }
  }

  /// - Parameter attached: The value that stands in the word itself; otherwise it is the next word.
  private mutating func set(
    _ name: String,
    _ attached: String?,
    _ rest: inout ArraySlice<String>,
    of word: String
  ) throws(UsageError) {
    if Self.names.withoutValue.contains(name) {
      let isOn = attached.map { ["true", "1", "t"].contains($0.lowercased()) } ?? true
      if name == "-D" || name == "--debug" { isDebugging = isOn }
      return
    }
    guard Self.names.withValue.contains(name) else { throw .unknownFlag(word) }
    guard let value = attached ?? rest.popFirst() else { throw .noValue(name) }
    if name == "--config" { configDirectory = value }
    if name == "-l" || name == "--log-level" {
      guard let showsDebug = Self.levels[value.lowercased()] else { throw .logLevel(value) }
      if showsDebug { isDebugging = true }
    }
  }
}

/// A mistake in the words of a command.
enum UsageError: Error {
  case unknownFlag(String)
  case noValue(String)
  case logLevel(String)
  case unknownCommand(String)
  /// In docker's words: `requires at least 2 arguments`.
  case arguments(String)
  case other(String)

  /// docker ends with 125 where a flag is wrong, and with 1 where the rest is.
  var status: Int32 {
    switch self {
    case .unknownFlag, .noValue, .logLevel, .other: 125
    case .unknownCommand, .arguments: 1
    }
  }

  /// - Parameter command: What was called, such as `docker manifestx publish`.
  func message(for command: String) -> String {
    switch self {
    case .unknownFlag(let flag): "unknown flag: \(flag)"
    case .noValue(let flag): "flag needs an argument: \(flag)"
    case .logLevel(let level): "unknown log level \u{201C}\(level)\u{201D}: debug, info, warn, error or fatal"
    case .unknownCommand(let word): "unknown command: \(command) \(word)"
    case .arguments(let needs): "'\(command)' \(needs)"
    case .other(let words): words
    }
  }
}
