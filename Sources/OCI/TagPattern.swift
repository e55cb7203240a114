/// Stands for the tags of a repository that match it. `*` matches any number of characters, and `?` exactly one.
package struct TagPattern: Hashable, Sendable {
  package let repository: Repository
  /// Such as `v1-*-20210624`.
  package let text: String

  /// Reads `PATTERN` or `:PATTERN` of this repository, or `[HOST[:PORT]/]PATH:PATTERN`.
  ///
  /// - Parameter repository: Nil where only the second form is possible.
  /// - Returns: Nil if the text contains neither `*` nor `?`.
  /// - Throws: `ReferenceError`.
  package init?(parsing text: String, in repository: Repository?) throws(ReferenceError) {
    guard text.contains(where: Self.isWildcard) else { return nil }
    let colon = text.lastIndex(of: ":")
    let pattern = colon.map { text[text.index(after: $0)...] } ?? text[...]
    let name = colon.map { text[..<$0] } ?? ""
    // With a letter in the place of each wildcard, it must be a valid tag.
    guard (try? Tag(parsing: String(pattern.map { Self.isWildcard($0) ? "x" : $0 }))) != nil,
      !name.contains(where: { Self.isWildcard($0) || $0 == "@" })
    else { throw ReferenceError(text, .pattern(String(pattern))) }
    guard let found = name.isEmpty ? repository : try Self.repository(of: name, text) else {
      throw ReferenceError(text, .patternWithoutRepository)
    }
    self.repository = found
    self.text = String(pattern)
  }

  private static func repository(of name: Substring, _ text: String) throws(ReferenceError) -> Repository {
    // With any tag: the name itself has none.
    do { return try Reference(parsing: "\(name):x").repository } catch { throw ReferenceError(text, error.reason) }
  }

  private static func isWildcard(_ character: Character) -> Bool { character == "*" || character == "?" }

  /// Whether the whole tag matches.
  package func matches(_ tag: Tag) -> Bool {
    let (pattern, tag) = (Array(text.utf8), Array(tag.text.utf8))
    var (next, position) = (0, 0)
    // After the last asterisk: what follows it in the pattern, and the first character that it does not match yet.
    var retry: (next: Int, position: Int)?
    while position < tag.count {
      if next < pattern.count, pattern[next] == UInt8(ascii: "*") {
        next += 1
        retry = (next, position)
      } else if next < pattern.count, [tag[position], UInt8(ascii: "?")].contains(pattern[next]) {
        (next, position) = (next + 1, position + 1)
      } else if let last = retry {
        // The asterisk matches one character more.
        retry = (last.next, last.position + 1)
        (next, position) = (last.next, last.position + 1)
      } else {
        return false
      }
    }
    return pattern[next...].allSatisfy { $0 == UInt8(ascii: "*") }
  }
}

/// `harbor.example.com/test/app:v1-*`.
extension TagPattern: CustomStringConvertible {
  package var description: String { "\(repository):\(text)" }
}

extension [Tag] {
  /// Numbers in the tags are compared as numbers: `v1-9` is before `v1-10`.
  package var inNaturalOrder: [Tag] { sorted { NaturalOrder.isBefore($0.text, $1.text) } }
}

/// Compares the bytes where they are: there may be very many tags.
private enum NaturalOrder {
  static func isBefore(_ one: String, _ other: String) -> Bool {
    var (rest, otherRest) = (one.utf8[...], other.utf8[...])
    while let byte = rest.first, let otherByte = otherRest.first {
      guard byte.isDigit, otherByte.isDigit else {
        // A number is before every character.
        if byte != otherByte { return byte.isDigit || (!otherByte.isDigit && byte < otherByte) }
        (rest, otherRest) = (rest.dropFirst(), otherRest.dropFirst())
        continue
      }
      let (number, otherNumber) = (rest.prefix(while: \.isDigit), otherRest.prefix(while: \.isDigit))
      let digits = number.drop { $0 == UInt8(ascii: "0") }
      let otherDigits = otherNumber.drop { $0 == UInt8(ascii: "0") }
      // Of two numbers, the one with fewer digits is the smaller.
      if digits.count != otherDigits.count { return digits.count < otherDigits.count }
      if !digits.elementsEqual(otherDigits) { return digits.lexicographicallyPrecedes(otherDigits) }
      (rest, otherRest) = (rest.dropFirst(number.count), otherRest.dropFirst(otherNumber.count))
    }
    return rest.isEmpty == otherRest.isEmpty ? one < other : rest.isEmpty
  }
}
