import ManifestLists

extension PublishError: Advised {
  /// That of the errors inside: for several with the same advice, once.
  var advice: String? {
    switch self {
    case .missing(_, let error): error.advice
    case .several(let errors), .partlyPut(_, let errors):
      errors.compactMap { ($0 as? any Advised)?.advice }.reduce(into: [String]()) { texts, advice in
        if !texts.contains(advice) { texts.append(advice) }
      }.joined(separator: "\n")
    default: nil
    }
  }
}
