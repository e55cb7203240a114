/// How a word may go on, in the protocol of docker's completion scripts.
///
/// https://github.com/spf13/cobra/blob/main/completions.go
struct CompletionAnswer: Sendable {
  var candidates: [Candidate] = []
  var directive = Directive.noFiles

  struct Candidate: Sendable, Hashable {
    let value: String
    var description = ""
  }

  /// What the shell does with the candidates.
  struct Directive: OptionSet, Sendable {
    let rawValue: Int
    /// The word may go on after the candidate.
    static let noSpace = Directive(rawValue: 2)
    /// No file names, even if there are no candidates.
    static let noFiles = Directive(rawValue: 4)
    static let onlyDirectories = Directive(rawValue: 16)
    /// The order of the candidates has a meaning.
    static let keepOrder = Directive(rawValue: 32)
  }

  static let nothing = CompletionAnswer()
  static let files = CompletionAnswer(directive: [])
  static let directories = CompletionAnswer(directive: .onlyDirectories)

  /// Lines of `VALUE<TAB>DESCRIPTION`, and last `:DIRECTIVE`.
  func text(withDescriptions: Bool) -> String {
    let lines = candidates.map { candidate in
      withDescriptions && !candidate.description.isEmpty
        ? "\(candidate.value)\t\(candidate.description)" : candidate.value
    }
    return (lines + [":\(directive.rawValue)"]).joined(separator: "\n") + "\n"
  }

  /// Only the candidates that begin with this text, each value once. A registry and the like that is there already is left out:
  /// fish would end it with a space.
  func beginning(with partial: String) -> CompletionAnswer {
    var seen: Set<String> = partial.hasSuffix("/") || partial.hasSuffix("=") ? [partial] : []
    var answer = self
    answer.candidates = candidates.filter { $0.value.hasPrefix(partial) && seen.insert($0.value).inserted }
    return answer
  }
}

extension CompletionAnswer {
  init(words: [String], description: String = "") {
    candidates = words.map { Candidate(value: $0, description: description) }
  }
}
