import JSON
import LocalSystem
import ManifestLists
import OCIRegistry

/// What the program prints: results to standard output, everything else to standard error.
///
/// Extensions in this folder contain the text of events: `func show(_ event: …Event)`, which is what an `onEvent` calls.
struct Console: Sendable {
  let terminal: Terminal
  /// Not printed anywhere.
  let secrets = KnownSecrets()
  var form = ProgressForm.lines
  /// False if the terminal can show only ASCII.
  var isUTF8 = true
  var isDebugging = false
  /// Whether requests and their answers are shown with their header fields.
  var isTracing = false
  /// What is going on; nil where it is not shown.
  var live: LiveProgress?
  /// The list that events are about, where several are published at the same time.
  var list: Place?

  init(_ terminal: Terminal) { self.terminal = terminal }

  /// - Throws: `OutputError` if it cannot be written. Losing a result is a failure.
  func result(_ bytes: [UInt8]) throws(OutputError) { try terminal.write(bytes, to: .output) }

  /// How results are laid out.
  func style(_ environment: LocalSystem.Environment) -> TextStyle {
    TextStyle(terminal, without: secrets, environment)
  }

  /// A manifest, byte for byte; on a terminal, what a terminal would obey is escaped.
  func result(raw json: [UInt8]) throws(OutputError) {
    guard terminal.showsResults else { return try result(json) }
    // Outside of strings, JSON has no other control characters than these.
    let lines = json.map { $0 == UInt8(ascii: "\r") ? UInt8(ascii: "\n") : $0 }
    let newline = lines.last == UInt8(ascii: "\n") ? [] : [UInt8(ascii: "\n")]
    try result(JSONEscapes.escapingControlCharacters(in: lines) + newline)
  }

  /// A document of this program.
  func result(_ json: JSONValue) throws(OutputError) { try result(WorkflowCommands.document(json)) }

  func result(_ line: String) throws(OutputError) {
    try result(Array("\(PrintableText.lines(line))\n".utf8))
  }

  // Each of these is one line, whatever the text contains.

  func progress(_ text: String) { if form != .quiet { notice(text) } }
  /// Something is wrong, and the command goes on without it.
  func warning(_ text: String) { message(.warning, PrintableText.line("WARNING: \(text)"), mark: "WARNING: ") }
  func debug(_ text: String) {
    if isDebugging { message(.debug, PrintableText.line("DEBUG: \(text)"), mark: "DEBUG: ") }
  }
  /// Shown even with `--quiet`: what takes so long that the user would wonder.
  func notice(_ text: String) { message(PrintableText.line(text)) }

  func progress(_ table: Table) { if form != .quiet { message(table.text) } }

  /// - Parameter shortNames: Those on the command line.
  func error(_ error: any Error, shortNames: [ShortName] = []) {
    message(.error, ErrorText(error, shortNames: shortNames).text, mark: "ERROR: ")
  }

  /// A message of several lines. Parts of it that come from outside were passed through `PrintableText.line`.
  func message(_ lines: String) { message(.message, lines) }

  /// What an interrupted run has done, in whole lines. It waits for nothing.
  ///
  /// - Parameter result: What is known of its result, for standard output.
  func last(_ lines: String, result: [UInt8] = []) {
    guard form == .json, !lines.isEmpty else { return terminal.writeLast(lines, result: result) }
    terminal.writeLast(
      jsonLine(.interrupted, ["message": .string(lines.split(separator: "\n").joined(separator: "\n"))]),
      result: result
    )
  }

  /// - Parameter mark: What the lines begin with, where an object says it by its event.
  private func message(_ event: ProgressEvent, _ lines: String, mark: String = "") {
    if form == .json {
      let text = lines.hasPrefix(mark) ? String(lines.dropFirst(mark.count)) : lines
      return emit(event, ["message": .string(text)])
    }
    let printable = PrintableText.lines(secrets.redacting(lines))
    let text = !isUTF8 && terminal.showsStatus ? PrintableText.withASCIIPunctuation(printable) : printable
    // A message that cannot be written is no reason to stop.
    try? terminal.write(Array("\(text)\n".utf8), to: .error)
  }

  /// Shows what is going on at this moment. Called again and again.
  func refresh() {
    guard let live else { return }
    switch form {
    case .region: terminal.show(region: live.lines)
    case .lines:
      live.pushes(every: .seconds(5)).map { pushes, now in pushes.lines(now).forEach(progress) }
      live.transfers(every: .seconds(5)).map { progress($0.transfers.status($0.now)) }
    case .json:
      live.pushes(every: .seconds(1)).map { emit($0.pushes, $0.now) }
      live.transfers(every: .seconds(1)).map { emit($0.transfers) }
    case .quiet: break
    }
  }
}
