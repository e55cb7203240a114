import OCI

/// The candidate that was probably meant by a mistyped word: the shortest one that begins with it, or else the one that the
/// fewest changed characters turn it into. Nil if none is close.
func nearest(to word: String, among candidates: [String]) -> String? {
  let word = word.lowercased()
  if word.count > 1, let whole = candidates.filter({ $0.hasPrefix(word) }).min(by: { $0.count < $1.count }) {
    return whole
  }
  let near = candidates.filter { SimilarWords.isNear(word, $0) }
  return near.min { SimilarWords.distance(word, $0) < SimilarWords.distance(word, $1) }
}
