/// Escapes in a JSON text what a terminal would obey. The text means the same afterwards.
package enum JSONEscapes {
  /// Escapes DEL, the control characters from U+0080 to U+009F, line and paragraph separators, and characters that cannot be
  /// seen. Those below U+0020 are escaped in every JSON text.
  package static func escapingControlCharacters(in json: [UInt8]) -> [UInt8] {
    guard json.contains(where: { $0 >= 0x7F }) else { return json }
    var escaped: [UInt8] = []
    escaped.reserveCapacity(json.count)
    for scalar in String(decoding: json, as: UTF8.self).unicodeScalars {
      if scalar.value >= 0x7F, isEscaped(scalar) {
        for unit in UTF16.encode(scalar) ?? .init() { escaped += escape(unit) }
      } else {
        escaped += UTF8.encode(scalar) ?? .init()
      }
    }
    return escaped
  }

  /// True for what a terminal would obey, and for what cannot be seen: with it, one text can look like another. Among these
  /// are characters that change the direction of writing.
  package static func isEscaped(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.properties.generalCategory {
    case .control, .format, .lineSeparator, .paragraphSeparator: true
    // U+2800 is a Braille pattern without dots.
    default: scalar.properties.isDefaultIgnorableCodePoint || scalar == "\u{2800}"
    }
  }

  /// `\u202e`, in the form in which jansson writes its own escapes.
  private static func escape(_ unit: UInt16) -> [UInt8] {
    let digits = String(unit, radix: 16, uppercase: true)
    return Array(("\\u" + String(repeating: "0", count: 4 - digits.count) + digits).utf8)
  }
}
