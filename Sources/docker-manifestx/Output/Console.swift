/// What the program prints: results to standard output, everything else to standard error.
///
/// Extensions in this folder give the events of OCIRegistry and DockerConfig their words: `func show(_ event: …Event)`,
/// which is what an `onEvent` calls. For those of ManifestLists, the command does it.
struct Console: Sendable {
  let terminal: Terminal
  /// From `--quiet`: no progress.
  var isQuiet = false
  var isDebugging = false
  /// Nil where there is no terminal for it.
  var status: StatusLine?

  init(_ terminal: Terminal) { self.terminal = terminal }

  /// - Throws: `OutputError` if it cannot be written. Losing a result is a failure.
  func result(_ bytes: [UInt8]) throws(OutputError) { try terminal.write(bytes, to: .output) }

  func result(_ line: String) throws(OutputError) {
    try result(Array("\(Self.escapingControlCharacters(line))\n".utf8))
  }

  func progress(_ text: String) { if !isQuiet { notice(text) } }
  /// Something is wrong, and the command goes on without it.
  func warning(_ text: String) { notice(ErrorText.indentingFurtherLines("WARNING: \(text)")) }
  func debug(_ text: String) { if isDebugging { notice(ErrorText.indentingFurtherLines("DEBUG: \(text)")) } }

  /// - Parameter shortNames: Those on the command line.
  func error(_ error: any Error, shortNames: [ShortName] = []) {
    notice(ErrorText(error, shortNames: shortNames).text)
  }

  /// Shown even with `--quiet`: what takes so long that the user would wonder.
  func notice(_ text: String) {
    // A message that cannot be written is no reason to stop.
    try? terminal.write(Array((Self.escapingControlCharacters(text) + "\n").utf8), to: .error)
  }

  /// Shows control characters instead of sending them to the terminal: names and messages come from outside.
  static func escapingControlCharacters(_ text: String) -> String {
    // `escaped(asASCII:)` leaves most of them as they are, ESC among them.
    text.unicodeScalars.map { scalar in
      let category = scalar.properties.generalCategory
      // Characters that change the direction of writing can make one text look like another.
      let isEscaped = (category == .control && scalar != "\n") || category == .format
      return isEscaped ? "\\u{\(String(scalar.value, radix: 16, uppercase: true))}" : String(scalar)
    }.joined()
  }

  /// The same for a text that comes from outside as a whole: it cannot begin a line of its own.
  static func oneLine(_ text: String) -> String { escapingControlCharacters(text).replacing("\n", with: "\\u{A}") }
}
