import OCI

/// What a token is to be good for.
///
/// https://distribution.github.io/distribution/spec/auth/scope/
package struct Scope: Hashable, Sendable {
  package let repository: String
  package let access: Access

  package enum Access: String, Sendable {
    case pull
    case pullAndPush = "pull,push"
  }

  package init(_ repository: Repository, _ access: Access) {
    self.repository = repository.path
    self.access = access
  }
}

extension Scope: CustomStringConvertible {
  package var description: String { "repository:\(repository):\(access.rawValue)" }
}
