import OCI
import Synchronization

/// The kept tags of all lists of a run. Only the images themselves show that two lists make the same tag.
package final class KeptTagsOfRun: Sendable {
  private let taken = Mutex<[PlaceIdentity: (list: Place, image: Digest)]>([:])

  package init() {}

  /// - Returns: False if another list gives the tag to another image.
  func take(_ name: Place, for entry: ListEntry, of list: Place) -> Bool {
    let (identity, digest) = (name.identity, entry.descriptor.digest)
    return taken.withLock { taken in
      if let other = taken[identity], other.list != list, other.image != digest { return false }
      taken[identity] = (list, digest)
      return true
    }
  }
}
