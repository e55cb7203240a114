import OCI

/// Names an entry of a list.
package enum EntryName: Hashable, Sendable {
  case platform(Platform)
  case digest(Digest)
  /// The image, or the images of the index, behind a name.
  case image(Place)
}

extension EntryName: CustomStringConvertible {
  package var description: String {
    switch self {
    case .platform(let platform): platform.withVersion
    case .digest(let digest): "@\(digest)"
    case .image(let place): "\(place)"
    }
  }
}
