/// Why a proxy did not forward a request.
package enum ProxyProblem: Hashable, Sendable {
  /// It requires a name and a password. `areRefused`: those in the value of the environment variable were sent.
  case credentials(variable: String, areRefused: Bool)
  /// It requires one of these authentication schemes, and none is supported.
  case schemes([String])
  /// It returned this status.
  case status(Int)
  case other(String)
}

extension ProxyProblem: CustomStringConvertible {
  package var description: String {
    switch self {
    case .credentials(_, areRefused: false): "it requires a name and a password"
    case .credentials(let variable, areRefused: true):
      "it did not accept the name and the password in \(variable)"
    case .schemes(let names):
      "it requires \(names.joined(separator: " or ")) authentication, and only Basic is supported"
    case .status(let status): "it returned \(status)"
    case .other(let reason): reason
    }
  }
}
