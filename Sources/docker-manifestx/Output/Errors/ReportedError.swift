import ManifestLists

/// One error as it is shown: what happened, and what to do about it.
struct ReportedError: Hashable {
  /// One or more lines.
  let description: String
  /// One or more lines; nil where there is nothing to suggest.
  let advice: String?

  /// The errors to show for an error: those that it contains, each once, or the error itself.
  static func all(in error: any Error) -> [ReportedError] {
    switch error {
    case PublishError.several(let errors): return errors.flatMap(all).unique
    case PublishError.partlyPut(let names, let errors):
      let put = names.map { "\($0)" }.joined(separator: ", ")
      let remark = ReportedError(description: "The list was published as \(put) anyway", advice: nil)
      return errors.flatMap(all).unique + (names.isEmpty ? [] : [remark])
    default: return [ReportedError(description: "\(error)", advice: (error as? any Advised)?.advice)]
    }
  }

  /// All lines of an error, in their order.
  static func lines(of error: any Error) -> [Substring] {
    all(in: error).flatMap { reported in
      [reported.description, reported.advice].compactMap { $0 }.flatMap { $0.split(separator: "\n") }
    }
  }
}

extension [ReportedError] {
  /// Several requests often fail for the same reason, such as a wrong password.
  fileprivate var unique: [ReportedError] {
    var seen: Set<ReportedError> = []
    return filter { seen.insert($0).inserted }
  }
}
