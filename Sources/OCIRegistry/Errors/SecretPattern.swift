/// Finds one secret in a text, and the parts of it that are left where the text was cut, in a time that is proportional
/// to the length of the text: both come from outside.
///
/// Algorithm of Knuth, Morris and Pratt. After each byte of the text it knows how many bytes of the secret end there, so it
/// finds cut secrets at the same time.
struct SecretPattern: Sendable {
  private let forwards: Automaton
  /// For the end of a secret after a cut: the text is read from its end.
  private let backwards: Automaton

  /// Nil for an empty one, which would be everywhere.
  init?(_ secret: [UInt8]) {
    if secret.isEmpty { return nil }
    forwards = Automaton(secret)
    backwards = Automaton(secret.reversed())
  }

  /// - Parameters:
  ///   - text: In bytes, as all positions.
  ///   - cuts: Where the marks of a cut are in the text.
  ///   - leastLength: Of a part of the secret at a cut.
  func matches(in text: [UInt8], cuts: [Range<Int>], leastLength: Int) -> [Range<Int>] {
    var found: [Range<Int>] = []
    var cut = 0
    var state = 0
    for index in text.indices {
      if cut < cuts.count, cuts[cut].lowerBound == index {
        if state >= leastLength { found.append(index - state..<index) }
        cut += 1
      }
      state = forwards.next(state, text[index])
      if state == forwards.count { found.append(index + 1 - state..<index + 1) }
    }
    guard !cuts.isEmpty else { return found }
    cut = cuts.count - 1
    state = 0
    for index in text.indices.reversed() {
      if cut >= 0, cuts[cut].upperBound == index + 1 {
        if state >= leastLength { found.append(index + 1..<index + 1 + state) }
        cut -= 1
      }
      state = backwards.next(state, text[index])
    }
    return found
  }
}

private struct Automaton: Sendable {
  private let pattern: [UInt8]
  /// For each number of bytes that match, the next smaller number that matches as well.
  private let shorter: [UInt32]

  var count: Int { pattern.count }

  init(_ pattern: [UInt8]) {
    self.pattern = pattern
    var shorter: [UInt32] = [0, 0]
    var length = 0
    for byte in pattern.dropFirst() {
      while length > 0, pattern[length] != byte { length = Int(shorter[length]) }
      if pattern[length] == byte { length += 1 }
      shorter.append(UInt32(length))
    }
    self.shorter = shorter
  }

  /// The number of bytes of the pattern that end with this byte.
  func next(_ state: Int, _ byte: UInt8) -> Int {
    var state = state == pattern.count ? Int(shorter[state]) : state
    while state > 0, pattern[state] != byte { state = Int(shorter[state]) }
    return pattern[state] == byte ? state + 1 : 0
  }
}
