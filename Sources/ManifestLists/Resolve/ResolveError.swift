import OCI
import OCIRegistry

/// Why a name does not lead to an image.
package enum ResolveError: Error {
  /// A list has no image that the program takes. `has` is what there is.
  /// `needed`: The `os.features` of an entry for the platform, which the machine does not state.
  case noImage(Place, Platform, ImagePuller, has: [Platform], needed: [String] = [])
  /// An entry without a platform was taken, and its config is for another platform.
  case otherPlatform(Place, Platform, ImagePuller, entry: Digest, isFor: Platform?)
  case badManifest(Place, ManifestError)
  /// Lists that contain lists, deeper than any program makes them.
  case tooDeep(Place)
  /// A mirror, which was asked instead of the registry, does not have something.
  case notInMirror(RegistryError)
}

extension ResolveError: CustomStringConvertible {
  package var description: String {
    switch self {
    case .noImage(let place, let platform, let puller, let others, let needed):
      "\(place) has no image that \(puller.rawValue) takes for \(platform.withVersion)"
        + (needed.isEmpty ? "" : " without its os.features (\(needed.joined(separator: ", ")))")
        + (others.isEmpty ? "" : ", only for \(others.map(\.withVersion).joined(separator: ", "))")
    case .otherPlatform(let place, let platform, let puller, let entry, let other):
      "\(place) has no image that \(puller.rawValue) takes for \(platform.withVersion): the entry \(entry) has no platform in "
        + "the list, and its config \(other.map { "is for \($0)" } ?? "states none")"
    case .badManifest(let place, let error): "\(place) cannot be read: \(error)"
    case .notInMirror(let error): "\(error)"
    case .tooDeep(let place): "\(place) is a list of lists of lists: no image was found in it"
    }
  }
}
