/// How many columns a terminal needs for a text without control characters.
enum DisplayWidth {
  static func of(_ text: String) -> Int { text.unicodeScalars.reduce(0) { $0 + of($1) } }

  /// Stops at the first column that is too much: the text may be long.
  static func of(_ text: String, isMoreThan limit: Int) -> Bool {
    var width = 0
    for scalar in text.unicodeScalars {
      width += of(scalar)
      if width > limit { return true }
    }
    return false
  }

  /// The beginning that fits in this number of columns.
  static func prefix(of text: String, columns: Int) -> String {
    var width = 0
    let scalars = text.unicodeScalars.prefix { scalar in
      width += of(scalar)
      return width <= columns
    }
    return String(scalars)
  }

  private static func of(_ scalar: Unicode.Scalar) -> Int {
    if scalar.isASCII { return 1 }
    switch scalar.properties.generalCategory {
    case .nonspacingMark, .enclosingMark: return 0
    default: return wide.contains { $0.contains(scalar.value) } ? 2 : 1
    }
  }

  /// Unicode Standard Annex 11, "East Asian Width": wide and fullwidth characters, and emoji.
  private static let wide: [ClosedRange<UInt32>] = [
    0x1100...0x115F, 0x2E80...0x303E, 0x3041...0xA4CF, 0xA960...0xA97F, 0xAC00...0xD7A3, 0xF900...0xFAFF,
    0xFE30...0xFE6F, 0xFF01...0xFF60, 0xFFE0...0xFFE6, 0x1F300...0x1F64F, 0x1F680...0x1F6FF, 0x1F900...0x1F9FF,
    0x20000...0x3FFFD,
  ]
}
