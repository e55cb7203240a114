/// Finds what a user may have meant by a word that does not exist.
package enum SimilarWords {
  /// The words by the number of single changes that separate them from this one: a character that is inserted, removed,
  /// replaced, or swapped with its neighbour. Of words with the same number, those with a longer common beginning are
  /// first, and others keep their order. Case does not matter.
  package static func sorted(_ words: [String], bySimilarityTo word: String) -> [String] {
    let ranks = words.enumerated().map { index, other in
      (distance(other, word), -zip(other, word).prefix { $0 == $1 }.count, index)
    }
    return ranks.sorted(by: <).map { words[$0.2] }
  }

  /// The most similar one of some short words, if two changes at most turn it into this one. A short word counts only if one
  /// change does: the limit is half of its characters.
  static func nearest(_ words: [String], to word: String) -> String? {
    sorted(words.filter { distance($0, word) <= max(1, min(2, $0.count / 2)) }, bySimilarityTo: word).first
  }

  /// True if a change of up to a third of the other word's characters turns it into this one. A long word is not compared:
  /// this bounds the work.
  package static func isNear(_ word: String, _ other: String) -> Bool {
    let limit = max(1, other.count / 3)
    return abs(other.count - word.count) <= limit && distance(word, other) <= limit
  }

  /// The restricted Damerau-Levenshtein distance.
  package static func distance(_ one: String, _ other: String) -> Int {
    let (one, other) = (Array(one.lowercased().utf8), Array(other.lowercased().utf8))
    var beforeLast: [Int] = []
    var last = Array(0...other.count)
    for row in one.indices {
      var current = [row + 1]
      for column in other.indices {
        let isEqual = one[row] == other[column]
        var changes = min(last[column + 1] + 1, current[column] + 1, last[column] + (isEqual ? 0 : 1))
        if row > 0, column > 0, one[row] == other[column - 1], one[row - 1] == other[column] {
          changes = min(changes, beforeLast[column - 1] + 1)
        }
        current.append(changes)
      }
      (beforeLast, last) = (last, current)
    }
    return last[other.count]
  }
}
