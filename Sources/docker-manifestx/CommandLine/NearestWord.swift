import OCI

/// The candidate that was probably meant by a mistyped word: one that a single change turns it into, or else the shortest one
/// that begins with it, or else the one that the fewest changed characters turn it into. Nil if none is close.
func nearest(to word: String, among candidates: [String]) -> String? {
  let word = word.lowercased()
  let near = candidates.filter { SimilarWords.isNear(word, $0) }.map { ($0, SimilarWords.distance(word, $0)) }
  let first = near.min { $0.1 < $1.1 }
  if let first, first.1 <= 1 { return first.0 }
  if word.count > 1, let whole = candidates.filter({ $0.hasPrefix(word) }).min(by: { $0.count < $1.count }) {
    return whole
  }
  return first?.0
}
