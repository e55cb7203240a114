import LocalSystem
import OCILayout

/// Finds the command that the arguments name, parses its options, runs it, and reports what went wrong.
struct CommandLineTool {
  let arguments: [String]
  let environment: Environment
  let console: Console

  /// - Returns: The exit status.
  func run() async -> Int32 {
    if let raw = rawVerb {
      let words = Array(arguments.dropFirst())
      let call = RawCall(words: words, environment: environment, console: console, verbs: Verbs.all)
      do { try console.result(Array(await raw.answer(call).utf8)) } catch { return 1 }
      return 0
    }
    addSecrets()
    var invocation = PluginInvocation()
    do { try invocation.read(arguments) } catch { return report(error, invocation) }
    do { return try await run(invocation) } catch {
      console.error(error)
      return 1
    }
  }

  /// Messages quote what is on the command line.
  private func addSecrets() {
    for word in arguments where word.contains("@") {
      let value = word.split(separator: "=", maxSplits: 1).last.map(String.init) ?? word
      // An @ in the path of a layout is something else.
      let isLayout = LayoutReference.prefixes.contains { word.hasPrefix($0) || value.hasPrefix($0) }
      if isLayout, !word.contains("oci://") { continue }
      console.secrets.add(word: word)
      if word.hasPrefix("-") { console.secrets.add(word: value) }
    }
  }

  private var rawVerb: (any RawVerb.Type)? {
    Verbs.all.first { $0.name == arguments.first } as? any RawVerb.Type
  }

  private func run(_ invocation: PluginInvocation) async throws -> Int32 {
    var words = invocation.arguments
    let end = words.firstIndex(of: "--") ?? words.endIndex
    let hasHelpFlag = words[..<end].contains(where: PluginInvocation.helpFlags.contains)
    words = words[..<end].filter { !PluginInvocation.helpFlags.contains($0) } + words[end...]
    if let first = words.first, PluginInvocation.versionFlags.contains(first) { words[0] = Version.name }
    let isHelpCommand = words.first == "help"
    if isHelpCommand { words.removeFirst() }
    guard let name = words.first else {
      try console.result(Help.overview(of: Verbs.all, invocation))
      return 0
    }
    guard let verb = Verbs.all.first(where: { $0.name == name }) as? any Verb.Type else {
      return report(.unknownCommand(name), invocation)
    }
    if hasHelpFlag || isHelpCommand {
      try console.result(Help.text(of: verb, program: invocation.program))
      return 0
    }
    return try await run(verb, Array(words.dropFirst()), invocation)
  }

  private func run<V: Verb>(_ type: V.Type, _ words: [String], _ invocation: PluginInvocation) async throws -> Int32 {
    var console = console
    var shortNames: [ShortName] = []
    do {
      let verb = try Self.parse(type, words)
      shortNames = ShortName.all(in: verb.words, type.arguments)
      console.form = try form(verb.progressMode)
      let published = PublishedNames()
      let unfinished = UnfinishedResult()
      Interruption.watch(pluginSocket: environment["DOCKER_CLI_PLUGIN_SOCKET"]) { [console] in
        console.last(published.end() + unfinished.text, result: unfinished.result)
      }
      console.isDebugging = verb.common.debug
      let session = Session(
        invocation: invocation,
        environment: environment,
        console: console,
        verbs: Verbs.all,
        published: published,
        unfinished: unfinished
      )
      try await run(verb, session)
      return 0
    } catch let error as UsageError {
      return report(error, invocation, type)
    } catch {
      console.error(error, shortNames: shortNames)
      return ExitStatus(of: error).rawValue
    }
  }

  /// - Throws: `UsageError`.
  private func form(_ mode: ProgressMode) throws -> ProgressForm {
    if let form = mode.form(isTerminal: console.terminal.showsStatus, terminalName: environment["TERM"]) { return form }
    throw UsageError.other("--progress \(mode.rawValue) needs a terminal, and standard error is not one")
  }

  private func run(_ verb: some Verb, _ session: Session) async throws {
    let console = session.console
    let drawing = console.live.map { live in Task { try await live.run(console.refresh) } }
    defer {
      drawing?.cancel()
      console.terminal.closeRegion()
    }
    do { try await verb.run(session) } catch {
      await session.helpers.end()
      throw error
    }
    await session.helpers.end()
  }

  /// - Throws: `UsageError`.
  static func parse<V: Verb>(_ type: V.Type, _ words: [String]) throws -> V {
    let verb = try parsedOptions(type, words)
    try verb.acceptedArguments.check(verb.words)
    try verb.checkUsage()
    return verb
  }

  private static func parsedOptions<V: Verb>(_ type: V.Type, _ words: [String]) throws -> V {
    if !OptionReader.isNeeded(for: words), let verb = try? V.parse(words) { return verb }
    // Reads other spellings, and finds the mistake where there is one: ArgumentParser's errors are not public.
    let plain = try OptionReader(options: type.options).plain(words)
    do { return try V.parse(plain) } catch { throw UsageError.other(V.message(for: error)) }
  }

  /// - Parameter verb: The command whose arguments contain the mistake; nil if it is before any command.
  private func report(
    _ error: UsageError,
    _ invocation: PluginInvocation,
    _ verb: (any VerbDeclaration.Type)? = nil
  ) -> Int32 {
    let program = invocation.program
    let command = verb.map { "\(program) \($0.name)" } ?? program
    let usage = verb.map { Help.usage(of: $0, $0.options, program) } ?? invocation.usage
    let suggestion = Suggestion(program: program, verbs: Verbs.all).text(for: error, verb)
    let message = PrintableText.line(error.message(for: command))
    let mistake = [message, suggestion].compactMap(\.self).joined(separator: "\n")
    console.message(
      """
      \(ErrorText.indentingFurtherLines(mistake))

      Usage:  \(usage)

      Run '\(command) --help' for more information
      """
    )
    return ExitStatus.usage.rawValue
  }
}
