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
  /// There is no image of the name of an entry, for this reason. The list has these.
  case noSuchImage(any Error, Place, has: [Descriptor])
  /// The name is that of an attestation, which goes with its image.
  case attestation(EntryName, of: Digest?)
  /// Several entries are meant, and only one can be changed.
  case severalEntries(EntryName, Place, [Descriptor])
  /// The entry has no architecture, and does not get one.
  case noArchitecture(EntryName, Place)
  /// The list has an entry without a platform, whose image is for the platform of a new image.
  case unstatedPlatform(Place, Digest, Platform)
  /// What is behind an entry without a platform cannot be read, so that its platform is not known.
  case unreadableEntry(Place, Digest, any Error)
  /// More images than are read have entries without a platform.
  case tooManyUnstated(Place, limit: Int)
  /// No image would be left.
  case wouldBeEmpty(Place)
  /// The list was there, and is not any more.
  case vanished(Place)
  /// The list was put, and then this happened, so that it is not known whether another change was lost.
  case notChecked(Place, any Error)
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
      "\(list) has no image \(entry), but: \(others.imageNames)"
    case .noSuchImage(let error, let list, let others): "\(error). The images of \(list): \(others.imageNames)"
    case .attestation(let entry, let image):
      "\(entry) is an attestation\(image.map { " of the image @\($0)" } ?? ""), and stays with its image"
    case .severalEntries(let entry, let list, let entries):
      "\(list) has several images \(entry): \(entries.names)"
    case .noArchitecture(let entry, let list): "the entry \(entry) of \(list) has no architecture"
    case .vanished(let list): "\(list) was there when it was read, and is not there any more"
    case .notChecked(_, let error): "\(error)"
    case .unstatedPlatform(let list, let digest, let platform):
      "\(list) has an image for \(platform), and its entry does not say so: @\(digest). Another one would be taken instead"
    case .unreadableEntry(let list, let digest, let error):
      "\(list) has an entry without a platform, which cannot be read: @\(digest): \(error)"
    case .tooManyUnstated(let list, let limit):
      "\(list) has more than \(limit) images whose entries state no platform"
    case .wouldBeEmpty(let list): "\(list) would have no images"
    case .keepsChanging(let list, let attempts):
      "\(list) was changed by others each time before it was published (\(attempts) times)"
    }
  }
}

extension [Descriptor] {
  fileprivate var imageNames: String { filter { $0.attestedImage == nil }.names }

  /// The platforms of images, or digests. Of a very long list, only the first ones.
  fileprivate var names: String {
    prefix(20).map { $0.runnablePlatform?.withVersion ?? "@\($0.digest)" }.joined(separator: ", ")
  }
}
