import OCI
import OCIRegistry

/// Why a name was not inspected.
package enum InspectError: Error {
  /// The name is not in the registry, which has these similar tags.
  case missing(RegistryError, RepositoryTags)
  case badManifest(Place, ManifestError)
  case badConfig(Place, ManifestError)
  /// There is no image for the platform, but for these platforms. `unread`: Entries that are lists themselves.
  case noImage(Place, Platform, has: [Platform], unread: [Digest])
  /// Several images are for the platform, and only one can be shown.
  case severalImages(Place, Platform, [Descriptor])
  /// Together, the configs or the layers of the images take more than this, in bytes.
  case contentTooLarge(Place, limit: Int)
  /// The same for the layers and annotations alone.
  case layersTooLarge(Place, limit: Int)
}

extension InspectError: CustomStringConvertible {
  package var description: String {
    switch self {
    case .missing(let error, let tags): "\(error)" + (tags.repositoryExists == false ? error.missingRepository : "")
    case .badManifest(let place, let error): "the manifest of \(place) cannot be read: \(error)"
    case .badConfig(let place, let error): "the config of \(place) cannot be read: \(error)"
    case .noImage(let place, let platform, let others, let unread):
      "\(place) has no image for \(platform.withVersion)"
        + (others.isEmpty ? "" : ", only for \(others.map(\.withVersion).joined(separator: ", "))")
        + (unread.first.map { Self.notRead($0, of: unread.count) } ?? "")
    case .severalImages(let place, let platform, let images):
      "\(place) has \(images.count) images for \(platform.withVersion)"
    case .layersTooLarge(let place, let limit):
      "the layers of the images in \(place) are too many to be read together: they take more than \(limit) bytes"
    case .contentTooLarge(let place, let limit):
      "the configs and layers of the images in \(place) take more than \(limit) bytes"
    }
  }

  private static func notRead(_ first: Digest, of count: Int) -> String {
    count == 1
      ? "; its entry \(first) is a list, which is not read"
      : "; \(count) of its entries are lists, which are not read"
  }
}

extension RegistryError {
  /// What the error does not say itself, where only the list of tags told it.
  fileprivate var missingRepository: String {
    guard case .notFound(let reference, _) = self, !saysNoRepository else { return "" }
    return ", which has no repository \(reference.repository)"
  }
}
