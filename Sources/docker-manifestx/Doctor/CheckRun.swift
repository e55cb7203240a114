import Synchronization

/// Makes checks one after the other, each within a time limit, and remembers what is known.
final class CheckRun: Sendable {
  private struct State {
    var finished: [FinishedCheck] = []
    var current: CheckName?
    /// Of the checks that others cannot do without: the one that is the reason.
    var blocked: [CheckName: CheckName] = [:]
  }

  /// Of each check.
  private let limit: Duration
  /// Called for each result when it is known.
  private let onResult: @Sendable (FinishedCheck) throws -> Void
  private let state = Mutex(State())

  private let grace: Duration

  /// - Parameter grace: How much longer a check may take than the requests in it, whose errors say more.
  init(
    limit: Duration,
    grace: Duration = .seconds(1),
    onResult: @escaping @Sendable (FinishedCheck) throws -> Void
  ) {
    (self.limit, self.grace, self.onResult) = (limit, grace, onResult)
  }

  /// What is known so far.
  var finished: [FinishedCheck] { state.withLock { $0.finished } }
  /// The check that is being made; nil between two of them, and at the end.
  var current: CheckName? { state.withLock { $0.current } }

  /// - Throws: What `onResult` throws.
  func run(_ steps: [CheckStep]) async throws {
    for step in steps {
      let reason = state.withLock { state in step.needs.compactMap { state.blocked[$0] }.first }
      if let reason {
        try note(step.name, [.skipped("not checked: \(reason.rawValue) failed")], reason: reason)
      } else {
        state.withLock { $0.current = step.name }
        try note(step.name, await results(of: step), reason: step.name)
      }
    }
  }

  private func note(_ name: CheckName, _ results: [CheckResult], reason: CheckName) throws {
    let finished = results.map { FinishedCheck(name: name, result: $0) }
    state.withLock { state in
      state.current = nil
      state.finished += finished
      if reason != name || results.contains(where: { $0.state == .failure }) { state.blocked[name] = reason }
    }
    for check in finished { try onResult(check) }
  }

  private func results(of step: CheckStep) async -> [CheckResult] {
    let results = await within(limit + grace) { () async -> [CheckResult]? in
      do { return try await step.run() } catch { return [CheckResult(error)] }
    }
    return results ?? [.failure("no result within \(limit.words)", ["To wait longer: --timeout DURATION"])]
  }
}

extension Duration {
  /// `10 s`, or `500 ms` if it is not a whole number of seconds.
  var words: String { components.attoseconds == 0 ? "\(components.seconds) s" : inMilliseconds }

  /// In whole milliseconds.
  var inMilliseconds: String { "\(Int((self / .milliseconds(1)).rounded())) ms" }
}
