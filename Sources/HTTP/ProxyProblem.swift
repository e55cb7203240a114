/// Why a proxy did not forward a request.
package enum ProxyProblem: Hashable, Sendable {
  /// It requires a name and a password. `areRefused`: those in the value of the environment variable were sent.
  case credentials(variable: String, areRefused: Bool)
  case other(String)
}

extension ProxyProblem: CustomStringConvertible {
  package var description: String {
    switch self {
    case .credentials(_, areRefused: false): "it requires a name and a password"
    case .credentials(let variable, areRefused: true):
      "it did not accept the name and the password in \(variable)"
    case .other(let reason): reason
    }
  }
}
