import JSON

/// Makes text that comes from outside fit to be printed. A name or a message of a registry must not control the terminal,
/// look like output of this program or like a command to a CI system, or fill the screen.
enum PrintableText {
  /// In bytes, of one message.
  static let lineLimit = 2000

  /// The text on one line: what a terminal would obey is shown instead, and the middle of a longer text is left out.
  ///
  /// - Parameter limit: In bytes.
  static func line(_ text: String, limit: Int = lineLimit) -> String {
    // Escaping megabytes takes long. The escapes make the text longer, and none of them is cut: what was cut could not be
    // recognised as a part of a secret.
    let pieces = shortened(text, limit).unicodeScalars.map { escaped(String($0), escapesNewlines: true) }
    return shortened(pieces, limit).joined()
  }

  /// The same for a text of this program, with names of any number: its lines stay.
  static func lines(_ text: String) -> String { WorkflowCommands.disarmed(in: escaped(text, escapesNewlines: false)) }

  /// The same without the quotation marks and the ellipsis of this program, for a terminal that does not show them. Names
  /// keep their characters.
  static func withASCIIPunctuation(_ text: String) -> String {
    text.unicodeScalars.map { scalar in
      switch scalar {
      case "\u{201C}", "\u{201D}": "\""
      case "\u{2026}": "..."
      default: String(scalar)
      }
    }.joined()
  }

  private static func escaped(_ text: String, escapesNewlines: Bool) -> String {
    // `escaped(asASCII:)` leaves most of them as they are, ESC among them.
    var shown = ""
    for scalar in text.unicodeScalars {
      if scalar == "\n" ? escapesNewlines : JSONEscapes.isEscaped(scalar) {
        shown += "\\u{\(String(scalar.value, radix: 16, uppercase: true))}"
      } else {
        shown.unicodeScalars.append(scalar)
      }
    }
    return shown
  }

  /// The beginning and the end of a text that is too long: the end of a message often says what is wrong.
  private static func shortened(_ text: String, _ limit: Int) -> String {
    let bytes = text.utf8
    guard bytes.count > limit else { return text }
    let end = bytes.index(bytes.startIndex, offsetBy: limit * 3 / 4)
    let start = bytes.index(bytes.endIndex, offsetBy: -(limit / 5))
    // Scalars: an index within one is rounded to its beginning.
    return String(text.unicodeScalars[..<end]) + "\u{2026}" + String(text.unicodeScalars[start...])
  }

  private static func shortened(_ pieces: [String], _ limit: Int) -> [String] {
    guard pieces.reduce(0, { $0 + $1.utf8.count }) > limit else { return pieces }
    let end = pieces.reversed().prefix(ofBytes: limit / 5).reversed()
    return pieces.prefix(ofBytes: limit * 3 / 4) + ["\u{2026}"] + end
  }
}

extension Collection<String> {
  /// The first strings, as many as have so many bytes together.
  fileprivate func prefix(ofBytes count: Int) -> SubSequence {
    var rest = count
    return prefix { piece in
      rest -= piece.utf8.count
      return rest >= 0
    }
  }
}
