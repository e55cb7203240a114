import JSON
import OCIRegistry

/// What `doctor` prints.
struct CheckReport: Sendable {
  let target: DoctorTarget?
  let isVerbose: Bool
  let secrets: KnownSecrets
  /// The user's home directory, which results show as `~`.
  let home: String

  /// Of the JSON form. It changes if a member gets another meaning, or is left out.
  private static let version: Int64 = 1
  private static let stateWidth = CheckResult.State.allCases.map(\.rawValue.count).max() ?? 0
  private static let nameWidth = CheckName.allCases.map(\.rawValue.count).max() ?? 0

  /// The lines of one check. The first one is the result; those below it are indented.
  func text(_ check: FinishedCheck) -> String {
    let result = check.result
    let beginning = "\(padded(result.state.rawValue, Self.stateWidth))  \(padded(check.name.rawValue, Self.nameWidth))"
    let indent = String(repeating: " ", count: Self.stateWidth + 2)
    let details = isVerbose ? result.details.map { "\($0.name): \($0.value)" } : []
    let further = (result.advice + details).map { indent + shown($0) }
    return (["\(beginning)  \(shown(withShortPaths(result.text)))"] + further).joined(separator: "\n")
  }

  /// - Parameter isComplete: False if the run was interrupted.
  func json(_ checks: [FinishedCheck], isComplete: Bool) -> [UInt8] {
    let report = JSONValue.object([
      "formatVersion": .integer(Self.version),
      "registry": target.map { .string($0.registry.host) },
      "name": target?.name.map { .string(shown($0)) },
      "complete": .bool(isComplete),
      "result": .string(checks.worst.rawValue),
      "checks": .array(checks.map(json)),
    ])
    return WorkflowCommands.document(report)
  }

  private func json(_ check: FinishedCheck) -> JSONValue {
    .object([
      "name": .string(check.name.rawValue),
      "state": .string(check.result.state.rawValue),
      "text": .string(shown(check.result.text)),
      "advice": .array(check.result.advice.map { .string(shown($0)) }),
      "details": .object(
        check.result.details.map { JSONMember(name: Self.key($0.name), value: .string(shown($0.value))) }
      ),
    ])
  }

  /// `valid until` is `validUntil`.
  private static func key(_ name: String) -> String {
    let words = name.split(separator: " ")
    return words.prefix(1).joined() + words.dropFirst().map { $0.prefix(1).uppercased() + $0.dropFirst() }.joined()
  }

  /// `~/.docker` is shorter. Not in advice, which may be a command with a path in quotation marks.
  private func withShortPaths(_ text: String) -> String {
    home.count > 1 ? text.replacing("\(home)/", with: "~/") : text
  }

  /// On one line, without secrets.
  private func shown(_ text: String) -> String { PrintableText.line(secrets.redacting(text)) }

  private func padded(_ text: String, _ width: Int) -> String {
    text + String(repeating: " ", count: max(0, width - text.count))
  }
}

extension [FinishedCheck] {
  /// `ok` if there is neither a failure nor a warning.
  var worst: CheckResult.State {
    [.failure, .warning].first { state in contains { $0.result.state == state } } ?? .ok
  }
}

/// At least one check has failed. What it is was printed before.
struct FailedChecks: Error, CustomStringConvertible {
  /// Each once, in order.
  let names: [CheckName]

  /// Nil if none has failed.
  init?(_ checks: [FinishedCheck]) {
    let failed = Set(checks.filter { $0.result.state == .failure }.map(\.name))
    if failed.isEmpty { return nil }
    names = CheckName.allCases.filter(failed.contains)
  }

  var description: String {
    "\(names.count.counted("check")) failed: \(names.map(\.rawValue).joined(separator: ", "))"
  }
}
