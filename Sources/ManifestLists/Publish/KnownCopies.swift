import OCI
import Synchronization

/// The images that a run has copied to registries, which are not asked for them again. A list can be published several times.
final class KnownCopies: Sendable {
  private let images = Mutex<[Store: Set<Digest>]>([:])

  func add(_ copy: ImageCopy) {
    // A layout is looked at each time: its archive is written as a whole.
    guard copy.target.repository != nil else { return }
    images.withLock { $0[copy.target, default: []].formUnion(copy.images.map(\.digest)) }
  }

  /// The rest of a copy.
  func removing(from copy: ImageCopy) -> ImageCopy {
    let known = images.withLock { $0[copy.target] ?? [] }
    var rest = copy
    rest.images.removeAll { known.contains($0.digest) }
    return rest
  }
}
