import OCI
import Synchronization

/// The images that a run has copied to registries. A list can be published several times.
final class KnownCopies: Sendable {
  private let images = Mutex<[Store: Set<Digest>]>([:])

  func add(_ copy: ImageCopy) {
    // A layout is looked at each time: its archive is written as a whole.
    guard copy.target.repository != nil else { return }
    images.withLock { $0[copy.target, default: []].formUnion(copy.images.map(\.digest)) }
  }

  /// Those of a copy that its target has got before.
  func images(of copy: ImageCopy) -> [Descriptor] {
    let known = images.withLock { $0[copy.target] ?? [] }
    return copy.images.filter { known.contains($0.digest) }
  }
}
