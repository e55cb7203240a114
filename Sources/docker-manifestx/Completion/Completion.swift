import Glibc
import LocalSystem
import OCI

/// Answers `__complete WORDS… PARTIAL`: how the last word may go on. Whatever goes wrong, the answer is an empty one: the
/// user is in the middle of typing.
struct Completion {
  let call: RawCall
  /// For everything that takes time: docker and the shell need the rest of the second. A registry that needs 700 ms for its
  /// tags has answered by then.
  private static let limit = Duration.milliseconds(800)

  func answer() async -> CompletionAnswer {
    Self.detachFromTerminal()
    return await answer(Array(call.words.dropLast()), call.words.last ?? "")
  }

  /// No program that is started from here (docker, a credential helper, ssh) can write to the terminal or read from it.
  private static func detachFromTerminal() {
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
      // The word at the cursor is that value.
      guard case .noValue = error else { return .nothing }
    }
    var rest = invocation.arguments[...]
    let grammar: CommandGrammar
    if let command = rest.popFirst() {
      guard let known = CommandGrammar(command: command, verbs: call.verbs) else { return .nothing }
      grammar = known
    } else {
      grammar = .program(isPlugin: invocation.isPlugin)
      rest = invocation.isPlugin ? [] : words[...]
    }
    let line = CommandLineSoFar(Array(rest), grammar)
    let known = KnownReferences(
      session: .forCompletion(invocation, call),
      isInsecure: line.longOptions.contains("insecure"),
      limit: Self.limit
    )
    return await answer(partial, line, grammar.with(line.longOptions), known)
  }

  /// docker does not pass its global flags on here (`docker --config DIR manifestx …`), and `--config` says where the
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
    let word = WordCompletion(line: line, grammar: grammar, known: known, verbs: call.verbs)
    if let kind = line.pending?.value?.kind { return await word.answer(kind, partial) }
    if !line.optionsEnded, partial.hasPrefix("-") {
      if line.positionals.count < grammar.argumentsBeforeOptions { return .nothing }
      guard let sign = partial.firstIndex(of: "=") else { return Self.options(grammar, partial) }
      // The shells put what stands before the equals sign back themselves.
      let option = grammar.options().first { "--\($0.long)" == partial[..<sign] }
      guard let kind = option?.value?.kind else { return .nothing }
      return await word.answer(kind, String(partial[partial.index(after: sign)...]))
    }
    guard let kind = grammar.arguments.kind(at: line.positionals.count) else { return .nothing }
    return await word.answer(kind, partial)
  }

  private static func options(_ grammar: CommandGrammar, _ partial: String) -> CompletionAnswer {
    let candidates = grammar.options().map { option in
      let sign = grammar.joinsValues && option.value != nil ? "=" : ""
      return CompletionAnswer.Candidate(value: "--\(option.long)\(sign)", description: option.abstract)
    }
    var answer = CompletionAnswer(candidates: candidates).beginning(with: partial)
    if answer.candidates.contains(where: { $0.value.hasSuffix("=") }) { answer.directive.insert(.noSpace) }
    return answer
  }
}
