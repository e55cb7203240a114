import OCI

/// What a request needs to be allowed to do, and what a token is asked for: a resource and the actions on it.
///
/// https://distribution.github.io/distribution/spec/auth/scope/
struct Scope: Hashable, Sendable {
  /// Such as `repository:test/app`. Registries have resources of their own, such as `aws`.
  let resource: String
  /// Such as `pull`. An open set; empty where the scope names none.
  let actions: [String]

  /// How many scopes of a challenge are asked for. Registries name one, or two for a mount; thousands would take long.
  static let maximumCount = 20
  /// In bytes, of a scope in a challenge. The name of a repository has at most 255.
  static let maximumLength = 512

  /// On a repository. Nothing can be pushed without being able to pull.
  enum Access: String, Sendable {
    case pull
    case pullAndPush = "pull,push"
  }

  init(_ repository: Repository, _ access: Access) {
    self.init(parsing: "repository:\(repository.path):\(access.rawValue)"[...])
  }

  /// Reads a scope as a challenge contains it.
  init(parsing text: Substring) {
    let colon = text.lastIndex(of: ":") ?? text.endIndex
    resource = String(text[..<colon])
    actions = text[colon...].dropFirst().split(separator: ",").map(String.init)
  }

  /// True if the scope is for the same resource and contains every action of the other.
  func covers(_ other: Scope) -> Bool {
    resource == other.resource && Set(other.actions).isSubset(of: actions)
  }
}

extension Scope: CustomStringConvertible {
  var description: String { actions.isEmpty ? resource : "\(resource):\(actions.joined(separator: ","))" }
}

extension [Scope] {
  /// True if every one of the others is covered by one of these.
  func covers(_ others: [Scope]) -> Bool {
    others.allSatisfy { other in contains { $0.covers(other) } }
  }

  /// These and the others, without those that another one covers.
  func adding(_ others: some Sequence<Scope>) -> [Scope] {
    others.reduce(into: self) { scopes, other in
      if scopes.contains(where: { $0.covers(other) }) { return }
      scopes.removeAll { other.covers($0) }
      scopes.append(other)
    }
  }
}
