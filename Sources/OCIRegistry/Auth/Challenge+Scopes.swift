import HTTP

extension Challenge {
  /// True if a token can be fetched from the server that it names.
  var leadsToToken: Bool {
    scheme == "bearer" && parameters["realm"].map { Origin(url: $0) != nil } ?? false
  }

  /// The same for all repositories.
  var withoutRepositories: Challenge {
    var challenge = self
    let others = scopes.filter { !$0.resource.hasPrefix("repository:") }
    challenge.parameters["scope"] = others.isEmpty ? nil : others.map(\.description).joined(separator: " ")
    return challenge
  }

  /// What the registry says that it needs.
  var scopes: [Scope] {
    guard scheme == "bearer" else { return [] }
    let texts = parameters["scope"]?.split(separator: " ") ?? []
    return texts.prefix(Scope.maximumCount).filter { $0.utf8.count <= Scope.maximumLength }.map(Scope.init(parsing:))
  }
}
