/// The lines at the bottom of a terminal that are replaced again and again. The cursor stays at the end of the last one.
///
/// It computes what has to be written, and writes nothing.
struct TerminalRegion {
  /// What is on the screen now. Each begins at the beginning of a row.
  private(set) var lines: [String] = []

  /// Replaces what is on the screen.
  ///
  /// - Parameters:
  ///   - messages: What is printed above the region for good: nothing, or whole lines.
  ///   - width: Of the terminal, in columns, now.
  /// - Returns: What has to be written, in one piece, so that the terminal never shows a part of it.
  mutating func replace(with new: [String], below messages: [UInt8] = [], width: Int) -> [UInt8] {
    guard new != lines || !messages.isEmpty else { return [] }
    let bytes = eraser(width: width).utf8 + messages + new.joined(separator: "\n").utf8
    lines = new
    return bytes
  }

  /// ECMA-48: to the first row, and erase from there.
  private func eraser(width: Int) -> String {
    // A terminal that became narrower has broken the lines.
    let rows = lines.reduce(0) { $0 + DisplayWidth.rows(of: $1, columns: width) }
    switch rows {
    case 0: return ""
    case 1: return "\r\u{1B}[K"
    default: return "\r\u{1B}[\(rows - 1)A\u{1B}[J"
    }
  }
}
