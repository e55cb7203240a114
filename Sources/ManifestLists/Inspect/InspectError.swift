import OCI
import OCIRegistry

/// Why a name was not inspected.
package enum InspectError: Error {
  /// The name is not in the registry, which has these similar tags.
  case missing(RegistryError, nearest: [Tag])
  case badConfig(Reference, ManifestError)
  /// There is no image for the platform, but for these platforms.
  case noImage(Reference, Platform, has: [Platform])
}

extension InspectError: CustomStringConvertible {
  package var description: String {
    switch self {
    case .missing(let error, _): "\(error)"
    case .badConfig(let reference, let error): "the config of \(reference) cannot be read: \(error)"
    case .noImage(let reference, let platform, let others):
      "\(reference) has no image for \(platform)"
        + (others.isEmpty ? "" : ", only for \(others.map(\.description).joined(separator: ", "))")
    }
  }
}
