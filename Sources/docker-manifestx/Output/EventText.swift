/// An event in words, and who is to see them.
struct EventText: Hashable, Sendable {
  enum Level: Sendable {
    /// Shown always: what takes so long that a user would wonder.
    case notice
    /// Not shown with `--quiet`.
    case progress
    /// Something is wrong, and the command goes on without it.
    case warning
    /// Shown with `--debug` only.
    case debug
  }

  let level: Level
  let text: String

  init(_ level: Level, _ text: String) {
    self.level = level
    self.text = text
  }
}

/// An event of one of the modules below the command line. Its words are here, in an extension.
///
/// An `onEvent` of any module is `{ console.show($0) }`.
protocol DescribedEvent: Sendable {
  /// Nil for an event that is not shown as text.
  var text: EventText? { get }
}
