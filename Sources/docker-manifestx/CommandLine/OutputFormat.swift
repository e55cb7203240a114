import ArgumentParser
import Templates

/// The value of `--format`: one of a command's own words, or a template in the notation of Go (`{{.Digest}}`).
enum OutputFormat<Word>: ExpressibleByArgument, Sendable
where Word: RawRepresentable & CaseIterable & Sendable, Word.RawValue == String {
  case word(Word)
  /// Not parsed yet: see `template`.
  case template(String)

  init?(argument: String) {
    if let word = Word(rawValue: argument) {
      self = .word(word)
    } else if ArgumentKind.isTemplate(argument) {
      self = .template(argument)
    } else {
      return nil
    }
  }

  static var allValueStrings: [String] { Word.allCases.map(\.rawValue) }

  /// What help shows in the place of the value.
  static var placeholder: String { ArgumentKind.format([]).placeholder }

  /// Nil for a word.
  ///
  /// - Throws: `UsageError`.
  func template() throws(UsageError) -> Template? {
    guard case .template(let text) = self else { return nil }
    do { return try Template(parsing: text) } catch { throw .format(error) }
  }
}
