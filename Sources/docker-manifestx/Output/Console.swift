import Glibc

/// Where words go: results to standard output, everything else to standard error.
struct Console: Sendable {
  var isQuiet = false
  var isDebugging = false
  /// Docker's own colours are its business; here nothing but text is written.
  private let standardError = STDERR_FILENO

  /// - Throws: `OutputError` if it cannot be written: a result that nobody gets is a failure.
  func result(_ bytes: [UInt8]) throws(OutputError) {
    guard write(bytes, to: STDOUT_FILENO) else { throw OutputError(code: errno) }
  }

  func result(_ line: String) throws(OutputError) {
    try result(Array("\(Self.escapingControlCharacters(line))\n".utf8))
  }

  func progress(_ line: String) { if !isQuiet { say(line) } }
  func warning(_ line: String) { say("WARNING: \(line)") }
  /// The first line begins with `ERROR: `. Further lines are indented beneath it.
  func error(_ error: any Error) { say("ERROR: " + ReportedError.lines(of: error).joined(separator: "\n  ")) }
  func debug(_ line: String) { if isDebugging { say("DEBUG: \(line)") } }

  func say(_ text: String) { _ = write(Array((Self.escapingControlCharacters(text) + "\n").utf8), to: standardError) }

  /// What comes from outside must not command the terminal: control characters are shown, not obeyed.
  static func escapingControlCharacters(_ text: String) -> String {
    // `escaped(asASCII:)` leaves most of them as they are, ESC among them.
    text.unicodeScalars.map { scalar in
      let category = scalar.properties.generalCategory
      // What turns the direction of writing makes one text look like another.
      let isObeyed = (category == .control && scalar != "\n") || category == .format
      return isObeyed ? "\\u{\(String(scalar.value, radix: 16, uppercase: true))}" : String(scalar)
    }.joined()
  }

  /// The same for what comes from outside as a whole, and must not look like a line of ours.
  static func oneLine(_ text: String) -> String { escapingControlCharacters(text).replacing("\n", with: "\\u{A}") }
}

struct OutputError: Error, CustomStringConvertible {
  let code: Int32
  var description: String { "cannot write the result: \(String(cString: strerror(code)))" }
}

/// True if all of it was written; otherwise `errno` says why.
func write(_ bytes: [UInt8], to file: Int32) -> Bool {
  var rest = bytes[...]
  while !rest.isEmpty {
    let count = rest.withUnsafeBytes { Glibc.write(file, $0.baseAddress, $0.count) }
    if count < 0 {
      if errno == EINTR { continue }
      return false
    }
    rest = rest.dropFirst(count)
  }
  return true
}
