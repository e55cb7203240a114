/// How a run shows what it does.
enum ProgressForm: Hashable, Sendable {
  /// On a terminal: what is going on is shown at the bottom, in place.
  case region
  /// Lines of text alone.
  case lines
  /// Warnings and errors alone.
  case quiet
  /// One JSON object for each event.
  case json
}

/// The values of `--progress`. The words are those of docker buildx.
enum ProgressMode: String, CaseIterable, Sendable {
  case auto, tty, plain, quiet, rawjson

  /// - Parameters:
  ///   - isTerminal: Whether standard error is a terminal.
  ///   - terminalName: The variable TERM.
  /// - Returns: Nil if it needs a terminal, and there is none.
  func form(isTerminal: Bool, terminalName: String?) -> ProgressForm? {
    switch self {
    // A terminal without a cursor that can be moved is named dumb.
    case .auto: isTerminal && (terminalName.map { $0 != "dumb" } ?? false) ? .region : .lines
    case .tty: isTerminal ? .region : nil
    case .plain: .lines
    case .quiet: .quiet
    case .rawjson: .json
    }
  }
}
