/// Why a name has no address.
package enum NameLookupError: Error, Hashable {
  /// The system's own text.
  case failed(String)
  /// No name server has answered yet.
  case timedOut
}

extension NameLookupError: CustomStringConvertible {
  package var description: String {
    switch self {
    case .failed(let reason): reason
    case .timedOut: "no name server has answered"
    }
  }
}
