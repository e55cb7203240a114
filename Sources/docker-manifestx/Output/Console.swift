import JSON
import OCIRegistry

/// What the program prints: results to standard output, everything else to standard error.
///
/// Extensions in this folder contain the text of events: `func show(_ event: …Event)`, which is what an `onEvent` calls.
struct Console: Sendable {
  let terminal: Terminal
  /// Not printed anywhere.
  let secrets = KnownSecrets()
  /// From `--quiet`: no progress.
  var isQuiet = false
  var isDebugging = false
  /// Nil where there is no terminal for it.
  var status: StatusLine?

  init(_ terminal: Terminal) { self.terminal = terminal }

  /// - Throws: `OutputError` if it cannot be written. Losing a result is a failure.
  func result(_ bytes: [UInt8]) throws(OutputError) { try terminal.write(bytes, to: .output) }

  /// A manifest, byte for byte; on a terminal, what a terminal would obey is escaped.
  func result(raw json: [UInt8]) throws(OutputError) {
    guard terminal.showsResults else { return try result(json) }
    // Outside of strings, JSON has no other control characters than these.
    let lines = json.map { $0 == UInt8(ascii: "\r") ? UInt8(ascii: "\n") : $0 }
    try result(JSONEscapes.escapingControlCharacters(in: lines))
  }

  func result(_ line: String) throws(OutputError) {
    try result(Array("\(PrintableText.lines(line))\n".utf8))
  }

  // Each of these is one line, whatever the text contains.

  func progress(_ text: String) { if !isQuiet { notice(text) } }
  /// Something is wrong, and the command goes on without it.
  func warning(_ text: String) { notice("WARNING: \(text)") }
  func debug(_ text: String) { if isDebugging { notice("DEBUG: \(text)") } }
  /// Shown even with `--quiet`: what takes so long that the user would wonder.
  func notice(_ text: String) { message(PrintableText.line(text)) }

  func progress(_ table: Table) { if !isQuiet { message(table.text) } }

  /// - Parameter shortNames: Those on the command line.
  func error(_ error: any Error, shortNames: [ShortName] = []) {
    message(ErrorText(error, shortNames: shortNames).text)
  }

  /// A message of several lines. Parts of it that come from outside were passed through `PrintableText.line`.
  func message(_ lines: String) {
    // A message that cannot be written is no reason to stop.
    try? terminal.write(Array((PrintableText.lines(secrets.redacting(lines)) + "\n").utf8), to: .error)
  }
}
