/// Characters that Go's decoder accepts in a JSON text, and jansson does not.
enum JSONCharacters {
  /// The text with U+FFFD, as Go reads it, in place of each escaped half of a surrogate pair (`\ud800`) and of each byte that
  /// is not UTF-8.
  static func replacingInvalid(in text: [UInt8]) -> [UInt8] { replacingHalfPairs(in: replacingInvalidBytes(in: text)) }

  private static func replacingInvalidBytes(in text: [UInt8]) -> [UInt8] {
    if String(validating: text, as: UTF8.self) != nil { return text }
    var valid: [UInt8] = []
    var bytes = text.makeIterator()
    var parser = Unicode.UTF8.ForwardParser()
    while true {
      switch parser.parseScalar(from: &bytes) {
      case .valid(let scalar): valid += scalar
      // Go replaces each byte on its own.
      case .error(let length): for _ in 0..<length { valid += "\u{FFFD}".utf8 }
      case .emptyInput: return valid
      }
    }
  }

  /// The length stays as it is: what is wrong behind it is still found where it stands.
  private static func replacingHalfPairs(in text: [UInt8]) -> [UInt8] {
    var text = text
    var position = 0
    // Outside of strings, a backslash is an error.
    while let backslash = text[position...].firstIndex(of: UInt8(ascii: "\\")) {
      let unit = escapedUnit(in: text, at: backslash)
      position = min(backslash + (unit == nil ? 2 : 6), text.count)
      guard let unit, UTF16.isLeadSurrogate(unit) || UTF16.isTrailSurrogate(unit) else { continue }
      let next = escapedUnit(in: text, at: position)
      if UTF16.isLeadSurrogate(unit), let next, UTF16.isTrailSurrogate(next) {
        position += 6
      } else {
        text.replaceSubrange(backslash..<position, with: "\\ufffd".utf8)
      }
    }
    return text
  }

  /// Replaces each number that has no room in 64 bits with 0 and blanks. The length stays as it is: what is wrong behind it
  /// is still found where it stands.
  static func replaceBigNumbers(in text: inout [UInt8]) {
    var position = 0
    while position < text.count {
      if text[position] == UInt8(ascii: "\"") {
        position += 1
        while position < text.count, text[position] != UInt8(ascii: "\"") {
          position += text[position] == UInt8(ascii: "\\") ? 2 : 1
        }
        position += 1
        continue
      }
      let number = text[position...].prefix { "0123456789+-.eE".utf8.contains($0) }
      if hasNoRoom(number) {
        text[position] = UInt8(ascii: "0")
        for index in number.indices.dropFirst() { text[index] = UInt8(ascii: " ") }
      }
      position += max(number.count, 1)
    }
  }

  private static func hasNoRoom(_ number: ArraySlice<UInt8>) -> Bool {
    let digits = number.first == UInt8(ascii: "-") ? number.dropFirst() : number
    guard digits.first.map({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }) == true else { return false }
    let text = String(decoding: number, as: UTF8.self)
    if number.contains(where: { ".eE".utf8.contains($0) }) { return Double(text)?.isInfinite == true }
    return Int64(text) == nil && !digits.contains { "+-".utf8.contains($0) }
  }

  /// The number of an escape `\uXXXX`; nil where there is another one, or none.
  private static func escapedUnit(in text: [UInt8], at position: Int) -> UInt16? {
    let escape = text[position...].prefix(6)
    guard escape.count == 6, escape.starts(with: "\\u".utf8) else { return nil }
    let digits = escape.dropFirst(2)
    // The initializer accepts a sign as well.
    guard digits.allSatisfy({ $0 != UInt8(ascii: "+") && $0 != UInt8(ascii: "-") }) else { return nil }
    return UInt16(String(decoding: digits, as: UTF8.self), radix: 16)
  }
}

extension UInt8 {
  /// True for the white space that can stand between the parts of a JSON text.
  package var isBlank: Bool { [0x20, 0x09, 0x0A, 0x0D].contains(self) }
}
