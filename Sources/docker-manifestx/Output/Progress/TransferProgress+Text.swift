import ManifestLists
import OCI
import Transfer

extension TransferProgress {
  /// What is shown at the bottom of a terminal: a line for each blob in transit, and one for all. Empty while nothing is
  /// copied.
  ///
  /// - Parameters:
  ///   - width: In columns. Longer lines are cut.
  ///   - height: In lines, at least one. The line for all is the last one to be left out.
  func lines(width: Int, height: Int, _ now: Duration) -> [String] {
    guard !copies.isEmpty else { return [] }
    let rows = inTransit.prefix(max(0, height - 1)).map { _, blob in
      ["\(blob.descriptor.digest.short)", "\(ByteCount(bytes: blob.moved)) of \(ByteCount(blob.descriptor.size))"]
        + blob.speed.words(left: blob.left, now)
    }
    let words = statusWords(now)
    let whole = status(now)
    let last = !DisplayWidth.of(whole, isMoreThan: width) ? whole : "Copying: \(words)"
    return (Table(rows: rows).text.split(separator: "\n").map(String.init) + [last]).map {
      DisplayWidth.prefix(of: $0, columns: width)
    }
  }

  /// `Copying to REPOSITORY: 3 of 12 blobs, 120MB of 1.2GB, 12.4MB/s, 20 s left`.
  func status(_ now: Duration) -> String {
    let names = targets
    return "Copying to \(names.count == 1 ? "\(names[0])" : "\(names.count) places"): \(statusWords(now))"
  }

  private func statusWords(_ now: Duration) -> String {
    let total = total
    let moved = min(total.bytes, total.finishedBytes + inTransit.reduce(0) { $0 + $1.blob.moved })
    let counts = [
      "\(total.finishedBlobs) of \(total.blobs) blobs",
      "\(ByteCount(bytes: moved)) of \(ByteCount(bytes: total.bytes))",
    ]
    return (counts + (speed?.words(left: total.bytes - moved, now) ?? [])).joined(separator: ", ")
  }
}

extension TargetCopy {
  /// `Copied 3 blobs (29.1MB) to REPOSITORY in 2.1 s; 2 were there already`.
  func summary(_ target: Store, _ now: Duration) -> String {
    func count(_ outcome: BlobOutcome) -> Int { finished[outcome]?.blobs ?? 0 }
    func blobs(_ outcome: BlobOutcome) -> String {
      let part = finished[outcome] ?? (0, 0)
      return "\(part.blobs) \(part.blobs == 1 ? "blob" : "blobs") (\(ByteCount(bytes: part.bytes)))"
    }
    func others(_ outcome: BlobOutcome, _ words: String) -> [String] {
      count(outcome) == 0 ? [] : ["\(count(outcome)) \(count(outcome) == 1 ? "was" : "were") \(words)"]
    }
    let time = "in \(TimeText(now - began, hasTenths: true))"
    let present = others(.present, "there already")
    let parts =
      count(.copied) == 0 && count(.mounted) > 0
      ? ["Mounted \(blobs(.mounted)) in \(target) \(time)"]
      : ["Copied \(blobs(.copied)) to \(target) \(time)"] + others(.mounted, "mounted")
    return (parts + present).joined(separator: "; ")
  }
}
