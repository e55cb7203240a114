import Glibc
import LocalSystem
import OCI

/// Answers `__complete WORDS… PARTIAL`: how the last word may go on. Whatever goes wrong, nothing is written but an answer
/// with nothing in it: a person is in the middle of typing.
struct Completion {
  let environment: Environment
  /// For everything that takes time: docker and the shell need the rest of the second.
  private static let limit = Duration.milliseconds(750)

  /// Nil if this is not what is asked for.
  static func answer(_ arguments: [String], environment: Environment) async -> String? {
    guard let first = arguments.first, ["__complete", "__completeNoDesc"].contains(first) else { return nil }
    leaveTerminal()
    let isDescribed =
      first == "__complete" && environment["DOCKER_CLI_DISABLE_COMPLETION_DESCRIPTION"] == nil
    let partial = arguments.dropFirst().last ?? ""
    let answer = await Completion(environment: environment).answer(Array(arguments.dropFirst().dropLast()), partial)
    return answer.text(withDescriptions: isDescribed)
  }

  /// No program that is started from here (docker, a credential helper, ssh) can write to the terminal or ask there.
  private static func leaveTerminal() {
    let null = open("/dev/null", O_RDWR | O_CLOEXEC)
    if null >= 0 {
      dup2(null, STDERR_FILENO)
      dup2(null, STDIN_FILENO)
    }
    let terminal = open("/dev/tty", O_RDWR | O_CLOEXEC)
    if terminal >= 0 {
      _ = ioctl(terminal, UInt(TIOCNOTTY))
      close(terminal)
    }
  }

  private func answer(_ words: [String], _ partial: String) async -> CompletionAnswer {
    var invocation = PluginInvocation()
    do { invocation = try PluginInvocation(Self.configFlag() + words) } catch {
      // That value is what is being typed.
      guard case .noValue = error else { return .nothing }
    }
    var rest = invocation.arguments[...]
    let grammar: CommandGrammar
    if let command = rest.popFirst() {
      guard let known = CommandGrammar(command: command) else { return .nothing }
      grammar = known
    } else {
      grammar = .program(isPlugin: invocation.isPlugin)
      rest = invocation.isPlugin ? [] : words[...]
    }
    let line = CommandLineSoFar(Array(rest), grammar)
    var session = Session(invocation: invocation, environment: environment)
    session.helperPolicy = CompletionHelperPolicy(paths: session.paths, environment: environment)
    let known = KnownReferences(
      session: session,
      isInsecure: line.longOptions.contains("insecure"),
      limit: Self.limit
    )
    return await answer(partial, line, grammar, known)
  }

  /// docker keeps its global flags for itself here (`docker --config DIR manifestx …`), and one of them says where the
  /// credentials are.
  private static func configFlag() -> [String] {
    let caller = try? PluginInvocation(Array(callerCommandLine().dropFirst()))
    guard let caller, caller.arguments.first?.hasPrefix("__complete") == true else { return [] }
    let inner = try? PluginInvocation(Array(caller.arguments.dropFirst()))
    let directory = inner?.configDirectory ?? caller.configDirectory
    return directory.map { ["--config", $0] } ?? []
  }

  private func answer(
    _ partial: String,
    _ line: CommandLineSoFar,
    _ grammar: CommandGrammar,
    _ known: KnownReferences
  ) async -> CompletionAnswer {
    let asked = WordCompletion(line: line, grammar: grammar, known: known)
    if let option = line.pending { return await asked.answer(.init(valueOf: option), partial) }
    if !line.optionsEnded, partial.hasPrefix("-") {
      guard let sign = partial.firstIndex(of: "=") else { return Self.options(grammar, partial) }
      // The shells put what stands before the sign back themselves.
      let option = grammar.options().first { "--\($0.long)" == partial[..<sign] && $0.value != nil }
      guard let option else { return .nothing }
      return await asked.answer(.init(valueOf: option), String(partial[partial.index(after: sign)...]))
    }
    guard let place = grammar.place(line.positionals.count) else { return .nothing }
    return await asked.answer(place, partial)
  }

  private static func options(_ grammar: CommandGrammar, _ partial: String) -> CompletionAnswer {
    let candidates = grammar.options().map { option in
      let sign = grammar.joinsValues && option.value != nil ? "=" : ""
      return CompletionAnswer.Candidate(value: "--\(option.long)\(sign)", description: option.help)
    }
    var answer = CompletionAnswer(candidates: candidates).beginning(with: partial)
    if answer.candidates.contains(where: { $0.value.hasSuffix("=") }) { answer.directive.insert(.noSpace) }
    return answer
  }
}
