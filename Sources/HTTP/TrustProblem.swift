/// Why a server's certificate is not trusted.
package enum TrustProblem: Hashable, Sendable {
  /// Not signed by a trusted authority.
  case unknownAuthority
  case expired
  /// Not valid yet, or the clock of this machine is wrong.
  case notYetValid
  /// The certificate is for another host.
  case wrongName
  case other(String)
}

extension TrustProblem: CustomStringConvertible {
  package var description: String {
    switch self {
    case .unknownAuthority: "its certificate is signed by an unknown authority"
    case .expired: "its certificate has expired (or the clock of this machine is wrong)"
    case .notYetValid: "its certificate is not valid yet (or the clock of this machine is wrong)"
    case .wrongName: "its certificate is for another host name"
    case .other(let reason): reason
    }
  }
}
