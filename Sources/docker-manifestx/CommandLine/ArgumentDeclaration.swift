/// An argument of a command, and how often it can be given.
struct ArgumentDeclaration: Hashable, Sendable {
  enum Repetition: Sendable {
    case once
    case optional
    case oneOrMore
  }

  let kind: ArgumentKind
  var repetition = Repetition.once

  init(_ kind: ArgumentKind, _ repetition: Repetition = .once) {
    self.kind = kind
    self.repetition = repetition
  }

  /// `NAME`, `[NAME]` or `NAME [NAME...]`.
  var usage: String {
    switch repetition {
    case .once: kind.placeholder
    case .optional: "[\(kind.placeholder)]"
    case .oneOrMore: "\(kind.placeholder) [\(kind.placeholder)...]"
    }
  }
}

extension [ArgumentDeclaration] {
  /// As in a usage line: `LIST IMAGE [IMAGE...]`.
  var usage: String { map(\.usage).joined(separator: " ") }

  /// The kind of the argument with this index; nil if there can be no such argument.
  func kind(at index: Int) -> ArgumentKind? {
    if index < count { return self[index].kind }
    return last?.repetition == .oneOrMore ? last?.kind : nil
  }

  /// - Throws: `UsageError` if there are too few or too many words, or one of them is not among the choices of its place.
  func check(_ words: [String]) throws(UsageError) {
    let least = filter { $0.repetition != .optional }.count
    let most = last?.repetition == .oneOrMore ? nil : count
    guard words.count >= least, most.map({ words.count <= $0 }) ?? true else {
      throw .arguments(Self.requirement(least: least, most: most))
    }
    for (index, word) in words.enumerated() {
      guard let kind = kind(at: index), !kind.accepts(word) else { continue }
      throw .argument(word, kind)
    }
  }

  /// In docker's words: https://github.com/docker/cli/blob/master/cli/required.go
  private static func requirement(least: Int, most: Int?) -> String {
    guard let most else { return "requires at least \(least.counted("argument"))" }
    if most == 0 { return "accepts no arguments" }
    if least == 0 { return "requires at most \(most.counted("argument"))" }
    return least == most
      ? "requires \(least.counted("argument"))" : "requires at least \(least) and at most \(most.counted("argument"))"
  }
}
