/// What the program prints: results to standard output, everything else to standard error.
struct Console: Sendable {
  let terminal: Terminal
  /// From `--quiet`: no progress.
  var isQuiet = false
  var isDebugging = false

  init(_ terminal: Terminal) { self.terminal = terminal }

  /// - Throws: `OutputError` if it cannot be written. Losing a result is a failure.
  func result(_ bytes: [UInt8]) throws(OutputError) { try terminal.write(bytes, to: .output) }

  func result(_ line: String) throws(OutputError) {
    try result(Array("\(Self.escapingControlCharacters(line))\n".utf8))
  }

  func show(_ event: EventText) {
    switch event.level {
    case .notice: notice(event.text)
    case .progress: if !isQuiet { notice(event.text) }
    case .warning: notice("WARNING: \(event.text.indentingFurtherLines)")
    case .debug: if isDebugging { notice("DEBUG: \(event.text)") }
    }
  }

  func show(_ event: some DescribedEvent) {
    if let text = event.text { show(text) }
  }

  func progress(_ text: String) { show(EventText(.progress, text)) }
  func warning(_ text: String) { show(EventText(.warning, text)) }
  func debug(_ text: String) { show(EventText(.debug, text)) }
  func error(_ error: any Error) { notice(ErrorText(error).text) }

  /// Always shown.
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
