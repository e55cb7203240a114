import LocalSystem
import OCIRegistry

/// How text is laid out for who reads it: a terminal has some columns and an encoding, and a file keeps everything.
struct TextStyle: Sendable {
  /// In columns. Nil if nothing is cut.
  var width: Int?
  /// False if only ASCII can be shown.
  var isUTF8 = true
  /// A registry may repeat what it was sent.
  private var secrets: KnownSecrets?

  init(width: Int? = nil, isUTF8: Bool = true) { (self.width, self.isUTF8) = (width, isUTF8) }

  /// For results.
  init(_ terminal: Terminal, without secrets: KnownSecrets, _ environment: Environment) {
    self.secrets = secrets
    isUTF8 = environment.isUTF8
    guard terminal.showsResults else { return }
    let known = terminal.resultWidth ?? environment["COLUMNS"].flatMap(Int.init).flatMap { $0 > 0 ? $0 : nil }
    width = max(known ?? 80, Self.leastWidth)
  }

  /// In less, no table can be read.
  private static let leastWidth = 20

  /// Text from outside, on one line, without secrets.
  ///
  /// - Parameter limit: In bytes.
  func printable(_ text: String, limit: Int = PrintableText.lineLimit) -> String {
    let line = PrintableText.line(secrets?.redacting(text) ?? text, limit: limit)
    // A file keeps its bytes.
    guard !isUTF8, width != nil else { return line }
    return line.unicodeScalars.map { $0.isASCII ? String($0) : escaped($0) }.joined()
  }

  private func escaped(_ scalar: Unicode.Scalar) -> String {
    scalar == "\u{2026}" ? "..." : "\\u{\(String(scalar.value, radix: 16, uppercase: true))}"
  }

  /// The same for another number of columns.
  func with(width: Int?) -> TextStyle {
    var style = self
    style.width = width
    return style
  }

  /// The beginning of a text that is too long for this number of columns.
  func cut(_ text: String, to columns: Int) -> String {
    guard DisplayWidth.of(text, isMoreThan: columns) else { return text }
    let mark = isUTF8 ? "\u{2026}" : "..."
    guard columns > mark.count else { return String(mark.prefix(columns)) }
    return DisplayWidth.prefix(of: text, columns: columns - mark.count) + mark
  }

  /// A line that is not longer than the terminal is wide.
  func line(_ text: String) -> String { width.map { cut(text, to: $0) } ?? text }
}

extension Environment {
  /// True if the locale says that a terminal can show more than ASCII.
  var isUTF8: Bool {
    let locale = self["LC_ALL"] ?? self["LC_CTYPE"] ?? self["LANG"] ?? ""
    return locale.lowercased().filter { $0 != "-" }.contains("utf8")
  }
}
