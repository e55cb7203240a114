/// Divides what an engine prints into lines.
struct EngineOutput {
  /// The beginning of a line whose end has not been read.
  private var rest: [UInt8] = []

  /// In bytes; longer lines are cut.
  private static let lineLimit = 4096

  /// - Returns: The lines that end in these bytes, without those that show nothing.
  mutating func lines(_ bytes: some Sequence<UInt8>) -> [String] {
    var lines: [String] = []
    for byte in bytes {
      // A carriage return: the engine writes over what it has shown.
      if byte == UInt8(ascii: "\n") || byte == UInt8(ascii: "\r") {
        lines += end()
      } else if rest.count < Self.lineLimit {
        rest.append(byte)
      }
    }
    return lines
  }

  /// The last line, if it does not end with a newline.
  mutating func end() -> [String] {
    defer { rest = [] }
    let line = Self.withoutControlSequences(String(decoding: rest, as: UTF8.self))
    return line.contains { !$0.isWhitespace } ? [line] : []
  }

  /// Without colors and movements of the cursor (ECMA-48 §5.4). The lines say the same without them.
  private static func withoutControlSequences(_ line: String) -> String {
    var shown = String.UnicodeScalarView()
    var rest = line.unicodeScalars[...]
    while let scalar = rest.popFirst() {
      guard scalar == "\u{1B}", rest.first == "[" else {
        shown.append(scalar)
        continue
      }
      rest = rest.dropFirst().drop { ("\u{20}"..."\u{3F}").contains($0) }.dropFirst()
    }
    return String(shown)
  }
}
