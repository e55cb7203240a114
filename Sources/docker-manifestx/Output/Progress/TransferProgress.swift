import ManifestLists
import OCI
import Transfer

/// How far the images of a run have been copied, from the events of all copies. Times count from the beginning of the run.
struct TransferProgress {
  /// A blob in transit.
  struct Blob {
    let descriptor: Descriptor
    var speed: Speed
    /// In bytes. Where a transfer is repeated, bytes are read again.
    var moved: Double { min(speed.bytes, Double(descriptor.size)) }
    var left: Double { Double(descriptor.size) - moved }
  }

  struct Place: Hashable {
    let target: Store
    let digest: Digest
  }

  /// In the order in which they began.
  private(set) var places: [Place] = []
  private var blobs: [Place: Blob] = [:]
  /// By target, from the first copy until all that go there are completed.
  private(set) var copies: [Store: TargetCopy] = [:]
  private(set) var speed: Speed?
  /// When bytes were moved last.
  private(set) var movement: Duration?

  /// When the oldest of the copies that are going on began.
  var began: Duration { copies.values.map(\.began).min() ?? .zero }
  var inTransit: [(place: Place, blob: Blob)] { places.compactMap { place in blobs[place].map { (place, $0) } } }
  var targets: [Store] { copies.keys.sorted { "\($0)" < "\($1)" } }

  /// What all copies have done together.
  var total: TargetCopy { copies.values.reduce(TargetCopy(began: .zero)) { $0 + $1 } }

  /// - Returns: What the copies to this target have done, if this was the end of the last of them.
  mutating func note(_ event: TransferEvent, to target: Store, _ now: Duration) -> TargetCopy? {
    switch event {
    case .planned(let blobs): copies[target, default: TargetCopy(began: now)].plan(blobs)
    case .moved(let blob, let bytes): moved(blob, bytes, Place(target: target, digest: blob.digest), now)
    case .finished(let blob, let outcome):
      let place = Place(target: target, digest: blob.digest)
      blobs[place] = nil
      places.removeAll { $0 == place }
      copies[target]?.finish(blob, outcome)
    case .completed:
      copies[target]?.running -= 1
      if let copy = copies[target], copy.running <= 0 {
        copies[target] = nil
        // Bytes of a blob can be moved after it was finished: the target said wrongly that it had the blob.
        blobs = blobs.filter { $0.key.target != target }
        places.removeAll { $0.target == target }
        return copy
      }
    }
    return nil
  }

  private mutating func moved(_ descriptor: Descriptor, _ bytes: Int, _ place: Place, _ now: Duration) {
    if blobs[place] == nil { places.append(place) }
    blobs[place, default: Blob(descriptor: descriptor, speed: Speed(now))].speed.add(bytes, now)
    var total = speed ?? Speed(now)
    total.add(bytes, now)
    (speed, movement) = (total, now)
  }
}

/// The blobs that are copied to one repository or layout. Sizes are `Double`: a registry states them, and their sum has no
/// bound.
struct TargetCopy {
  let began: Duration
  /// How many copies have not been completed.
  var running = 0
  private(set) var blobs = 0
  private(set) var bytes = 0.0
  private(set) var finishedBytes = 0.0
  /// How many blobs, and bytes, by what became of them.
  private(set) var finished: [BlobOutcome: (blobs: Int, bytes: Double)] = [:]

  var finishedBlobs: Int { finished.values.reduce(0) { $0 + $1.blobs } }

  init(began: Duration) { self.began = began }

  mutating func plan(_ descriptors: [Descriptor]) {
    running += 1
    blobs += descriptors.count
    bytes += descriptors.reduce(0) { $0 + Double($1.size) }
  }

  mutating func finish(_ blob: Descriptor, _ outcome: BlobOutcome) {
    add(1, Double(blob.size), to: outcome)
    finishedBytes += Double(blob.size)
  }

  private mutating func add(_ count: Int, _ bytes: Double, to outcome: BlobOutcome) {
    let before = finished[outcome] ?? (0, 0)
    finished[outcome] = (before.blobs + count, before.bytes + bytes)
  }

  static func + (one: TargetCopy, other: TargetCopy) -> TargetCopy {
    var sum = one
    sum.blobs += other.blobs
    sum.bytes += other.bytes
    sum.finishedBytes += other.finishedBytes
    for (outcome, part) in other.finished { sum.add(part.blobs, part.bytes, to: outcome) }
    return sum
  }
}
