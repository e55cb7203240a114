/// What is wrong with a server's certificate.
package enum TrustProblem: Hashable, Sendable {
  /// Signed by nobody who is trusted here.
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
    case .unknownAuthority: "its certificate is signed by an authority that is not known here"
    case .expired: "its certificate has expired (or the clock of this machine is wrong)"
    case .notYetValid: "its certificate is not valid yet (or the clock of this machine is wrong)"
    case .wrongName: "its certificate is for another host name"
    case .other(let reason): reason
    }
  }
}
