import ArgumentParser
import DockerConfig
import ManifestLists

/// From the words of a command to its end: finds the verb, lets it parse its words and run, and says what went wrong.
struct CommandLineTool {
  let arguments: [String]
  let environment: [String: String]

  static let verbs: [any Verb.Type] = [
    Publish.self, Inspect.self, CompletionScript.self, Hooks.self, Version.self,
  ]

  /// - Returns: The exit status.
  func run() async -> Int32 {
    let invocation: PluginInvocation
    do { invocation = try PluginInvocation(arguments) } catch {
      return complain(error, command: "docker-manifestx", usage: "docker-manifestx COMMAND")
    }
    do { return try await run(invocation) } catch {
      Console().error(error)
      return 1
    }
  }

  private func run(_ invocation: PluginInvocation) async throws -> Int32 {
    var words = invocation.arguments
    let asksForHelp = words.prefix { $0 != "--" }.contains(where: PluginInvocation.asksForHelp.contains)
    words.removeAll(where: PluginInvocation.asksForHelp.contains)
    if let first = words.first, PluginInvocation.asksForVersion.contains(first) { words[0] = Version.name }
    let isHelp = words.first == "help"
    if isHelp { words.removeFirst() }
    guard let name = words.first else {
      try Console().result(Help.overview(invocation))
      return 0
    }
    // For install.sh and packages: no command of a user's, and so in no help.
    if name == "__man" {
      try Console().result(Array(Manual.page.utf8))
      return 0
    }
    // For helpers/image_push.sh, which pushes the images first: what publish would refuse without asking a registry.
    if name == "__check", words.count > 2 {
      try Publisher.checkSources(of: PublishArguments(list: words[1], images: Array(words[2...])).request())
      return 0
    }
    guard let verb = Self.verbs.first(where: { $0.name == name }) else {
      return complain(.unknownCommand(name), command: invocation.program, usage: "\(invocation.program) COMMAND")
    }
    if asksForHelp || isHelp {
      try Console().result(Help.text(of: verb, program: invocation.program))
      return 0
    }
    return try await run(verb, Array(words.dropFirst()), invocation)
  }

  private func run<V: Verb>(_ type: V.Type, _ words: [String], _ invocation: PluginInvocation) async throws -> Int32 {
    let command = "\(invocation.program) \(type.name)"
    do {
      let verb: V
      let words = OptionSpelling { Help.options(of: type) }.plain(words)
      do { verb = try V.parse(words) } catch { throw UsageError.other(V.message(for: error)) }
      try verb.checkUsage()
      Interruption.watch(pluginSocket: environment.nonEmpty("DOCKER_CLI_PLUGIN_SOCKET"))
      let session = Session(invocation: invocation, environment: environment, isDebugging: verb.common.debug)
      do { try await verb.run(session) } catch {
        await session.helpers.end()
        throw error
      }
      await session.helpers.end()
      return 0
    } catch let error as UsageError {
      return complain(error, command: command, usage: "\(command) \(type.usage)")
    }
  }

  private func complain(_ error: UsageError, command: String, usage: String) -> Int32 {
    Console().say(
      """
      \(error.message(for: command))

      Usage:  \(usage)

      Run '\(command) --help' for more information
      """
    )
    return error.status
  }
}

/// One command. ArgumentParser reads its options; their declarations are what help, completion and manual are made of.
protocol Verb: ParsableArguments {
  static var name: String { get }
  /// What follows the name in a usage line.
  static var usage: String { get }
  /// One line, for the overview.
  static var abstract: String { get }
  /// Paragraphs below the options; empty where there is nothing more to say.
  static var discussion: String { get }
  var common: CommonOptions { get }

  /// - Throws: `UsageError` if the words are not those of a call.
  func checkUsage() throws
  func run(_ session: Session) async throws
}

extension Verb {
  static var discussion: String { "" }
}

/// What every verb has.
struct CommonOptions: ParsableArguments {
  @Flag(name: [.customShort("D"), .long], help: "Show each request and each decision")
  var debug = false
}
