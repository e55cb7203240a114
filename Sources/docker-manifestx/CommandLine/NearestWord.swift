import OCI

/// The candidate that was probably meant by a mistyped word: the shortest one that begins with it, or else the one that the
/// fewest changed characters turn it into. Nil if none is close.
func nearest(to word: String, among candidates: [String]) -> String? {
  let word = word.lowercased()
  if word.count > 1, let whole = candidates.filter({ $0.hasPrefix(word) }).min(by: { $0.count < $1.count }) {
    return whole
  }
  let distances = candidates.compactMap { candidate -> (candidate: String, distance: Int)? in
    let limit = max(1, candidate.count / 3)
    // A long word is not compared: this bounds the work.
    guard abs(candidate.count - word.count) <= limit else { return nil }
    let distance = SimilarWords.distance(word, candidate)
    return distance <= limit ? (candidate, distance) : nil
  }
  return distances.min { $0.distance < $1.distance }?.candidate
}
