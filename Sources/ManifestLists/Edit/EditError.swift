import OCI

/// Why a list was not edited.
package enum EditError: Error {
  /// The name refers to a single image.
  case notAList(Place)
  /// An archive is written as a whole.
  case archive(Place)
  case badList(Place, ManifestError)
  case missing(Place)
  /// The list has no such entry, but these.
  case notInList(EntryName, Place, has: [Descriptor])
  /// The name is that of an attestation, which goes with its image.
  case attestation(EntryName, of: Digest?)
  /// Several entries are meant, and only one can be changed.
  case severalEntries(EntryName, Place)
  /// No image would be left.
  case wouldBeEmpty(Place)
  /// Others change the list all the time: it has been read so often.
  case keepsChanging(Place, attempts: Int)
}

extension EditError: CustomStringConvertible {
  package var description: String {
    switch self {
    case .notAList(let name): "\(name) is a single image, and not a list"
    case .archive(let name): "\(name) is in an archive, which cannot be changed"
    case .badList(let name, let error): "the list \(name) cannot be read: \(error)"
    case .missing(let name): "there is no list \(name)"
    case .notInList(let entry, let list, let others):
      "\(list) has no image \(entry), but: "
        + others.filter { $0.attestedImage == nil }.prefix(20)
        .map { $0.runnablePlatform.map { "\($0)" } ?? "@\($0.digest)" }.joined(separator: ", ")
    case .attestation(let entry, let image):
      "\(entry) is an attestation\(image.map { " of the image @\($0)" } ?? ""), and stays with its image"
    case .severalEntries(let entry, let list): "\(list) has several images \(entry)"
    case .wouldBeEmpty(let list): "\(list) would have no images"
    case .keepsChanging(let list, let attempts):
      "\(list) was changed by others each time before it was published (\(attempts) times)"
    }
  }
}
