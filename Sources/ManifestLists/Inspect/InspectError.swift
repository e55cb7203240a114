import OCI
import OCIRegistry

/// Why a name was not inspected.
package enum InspectError: Error {
  /// The name is not in the registry, which has these similar tags.
  case missing(RegistryError, nearest: [Tag])
  case badConfig(Reference, ManifestError)
}

extension InspectError: CustomStringConvertible {
  package var description: String {
    switch self {
    case .missing(let error, _): "\(error)"
    case .badConfig(let reference, let error): "the config of \(reference) cannot be read: \(error)"
    }
  }
}
