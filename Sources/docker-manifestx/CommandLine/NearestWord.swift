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
    let distance = editDistance(Array(word), Array(candidate))
    return distance <= limit ? (candidate, distance) : nil
  }
  return distances.min { $0.distance < $1.distance }?.candidate
}

/// The number of characters to insert, remove, replace or exchange with their neighbor.
///
/// https://en.wikipedia.org/wiki/Damerau–Levenshtein_distance#Optimal_string_alignment_distance
private func editDistance(_ first: [Character], _ second: [Character]) -> Int {
  var rows = [Array(0...second.count)]
  for (index, character) in first.enumerated() {
    var row = [index + 1]
    for (column, other) in second.enumerated() {
      let replaced = rows[index][column] + (character == other ? 0 : 1)
      var least = min(replaced, rows[index][column + 1] + 1, row[column] + 1)
      if index > 0, column > 0, character == second[column - 1], other == first[index - 1] {
        least = min(least, rows[index - 1][column - 1] + 1)
      }
      row.append(least)
    }
    rows.append(row)
  }
  return rows[first.count][second.count]
}
