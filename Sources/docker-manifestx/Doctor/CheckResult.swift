/// What one check has found.
struct CheckResult: Hashable, Sendable {
  enum State: String, Sendable, CaseIterable {
    case ok, warning, failure
    /// It was not made, or cannot be known.
    case skipped
  }

  /// A fact, for `--verbose` and for programs. A result has only one of each name.
  struct Detail: Hashable, Sendable {
    let name: String
    let value: String

    init(_ name: String, _ value: String) { (self.name, self.value) = (name, value) }
  }

  let state: State
  /// On one line. It may contain text from outside.
  let text: String
  /// What to do about it: a command, or a setting. One line each.
  var advice: [String] = []
  var details: [Detail] = []

  static func ok(_ text: String, _ details: [Detail] = []) -> CheckResult {
    CheckResult(state: .ok, text: text, details: details)
  }

  static func warning(_ text: String, _ advice: [String], _ details: [Detail] = []) -> CheckResult {
    CheckResult(state: .warning, text: text, advice: advice, details: details)
  }

  static func failure(_ text: String, _ advice: [String], _ details: [Detail] = []) -> CheckResult {
    CheckResult(state: .failure, text: text, advice: advice, details: details)
  }

  static func skipped(_ text: String, _ advice: [String] = [], _ details: [Detail] = []) -> CheckResult {
    CheckResult(state: .skipped, text: text, advice: advice, details: details)
  }
}

extension CheckResult {
  /// An error that a command would end with. What it advises is kept.
  init(_ error: any Error, facts: [String] = [], _ details: [Detail] = []) {
    let advised = error as? any Advised
    let unusable = (advised?.unusableSources ?? []).map { "This could not be used: \($0)" }
    let advice = advised?.advice?.split(separator: "\n").map(String.init) ?? []
    self.init(state: .failure, text: "\(error)", advice: facts + unusable + advice, details: details)
  }
}
