import ManifestLists
import OCIRegistry

/// An error as it is printed: `ERROR: …` on one line, and beneath it, indented by two spaces, the advice. An error that consists of several gives one such paragraph for each, so that the number of `ERROR:` lines is the
/// number of problems.
struct ErrorText {
  let text: String

  /// - Parameter shortNames: Those on the command line. Each is mentioned in the paragraphs that are about it.
  init(_ error: any Error, shortNames: [ShortName] = []) {
    var paragraphs: [String] = []
    // If all fail for the same reason (a wrong password), it is printed once.
    for part in Self.parts(of: error) {
      let paragraph = Self.paragraph(part, shortNames)
      if !paragraphs.contains(paragraph) { paragraphs.append(paragraph) }
    }
    text = (paragraphs + Self.summaries(of: error)).joined(separator: "\n")
  }

  /// From the innermost error outwards.
  private static func summaries(of error: any Error) -> [String] {
    guard let error = error as? any CompoundError else { return [] }
    return (error.parts ?? []).flatMap(summaries(of:)) + [error.summary].compactMap(\.self)
  }

  private static func parts(of error: any Error) -> [any Error] {
    guard let parts = (error as? any CompoundError)?.parts else { return [error] }
    return parts.flatMap(Self.parts(of:))
  }

  private static func paragraph(_ error: any Error, _ shortNames: [ShortName]) -> String {
    let advised = error as? any Advised
    let unusable = (advised?.unusableSources ?? []).map {
      PrintableText.line("These settings or credentials could not be used: \($0)")
    }
    let lines =
      [PrintableText.line("ERROR: \(error)")] + unusable + [advised?.diagnosis, advised?.advice].compactMap(\.self)
    let remarks = shortNames.filter { $0.isNamed(in: lines[0]) }.map(\.remark)
    return indentingFurtherLines((lines + remarks).joined(separator: "\n"))
  }

  /// Moves every line but the first two spaces to the right, so that a message of several lines is recognised as one.
  static func indentingFurtherLines(_ text: String) -> String { text.replacing("\n", with: "\n  ") }
}

/// An error that consists of others.
protocol CompoundError: Error {
  /// Nil if the error does not consist of others.
  var parts: [any Error]? { get }
  /// A line beneath them all; nil where there is nothing to add.
  var summary: String? { get }
}

/// Several errors of one command, such as those of the names that were read.
struct ErrorsOfNames: CompoundError {
  let errors: [any Error]

  var parts: [any Error]? { errors }
  var summary: String? { nil }

  /// - Throws: The error, or all of them if there are several.
  static func check(_ errors: [any Error]) throws {
    guard let first = errors.first else { return }
    throw errors.count == 1 ? first : ErrorsOfNames(errors: errors)
  }
}

extension PublishError: CompoundError {
  var parts: [any Error]? {
    switch self {
    case .several(let errors), .partlyPut(_, let errors): errors
    case .afterTags(_, let error): [error]
    default: nil
    }
  }

  var summary: String? {
    switch self {
    case .partlyPut(let names, let errors) where !names.isEmpty:
      "The list was published \(errors.contains(where: \.leavesOpen) ? "" : "only ")as \(names.words)."
    case .afterTags(let names, _): "Images were tagged \(names.words)."
    default: nil
    }
  }
}

extension Error {
  /// True if the list may have been published in spite of the error, because a response may have been lost.
  fileprivate var leavesOpen: Bool {
    switch self as? RegistryError {
    case .notPut, nil: false
    case .notConfirmed: true
    case let error?: error.isTransient
    }
  }
}
