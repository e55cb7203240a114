import ManifestLists

extension PublishError: Advised {
  /// That of the errors inside: for several with the same advice, once.
  var advice: String? {
    switch self {
    case .missing(_, let error): error.advice
    default: nil
    }
  }
}
