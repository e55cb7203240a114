import JSON

/// What CI systems obey when they find it in the log of a job: `::set-output …` at the beginning of a line (GitHub), and
/// `##[error]…`, `##vso[…]` or `##teamcity[…]` anywhere (GitHub, Azure Pipelines, TeamCity).
///
/// Scalars and bytes are compared: Swift takes some characters and the first `#` after them for one character.
enum WorkflowCommands {
  /// - Parameter lines: What is printed. One character of each command is shown as its number.
  static func disarmed(in lines: String) -> String {
    let scalars = lines.unicodeScalars
    guard scalars.contains("#") || scalars.contains(":") else { return lines }
    var shown = String.UnicodeScalarView()
    for (index, line) in scalars.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
      if index > 0 { shown.append("\n") }
      let start = line.firstIndex { !$0.properties.isWhitespace } ?? line.endIndex
      let begins = line[start...].starts(with: "::".unicodeScalars)
      let positions = Set(bracketPositions(in: line.map(\.value)))
      for (position, scalar) in line.enumerated() {
        let isColon = begins && position == line.distance(from: line.startIndex, to: start)
        let escape = isColon ? #"\u{3A}"# : positions.contains(position) ? #"\u{5B}"# : String(scalar)
        shown.append(contentsOf: escape.unicodeScalars)
      }
    }
    return String(shown)
  }

  /// A document of this program, to be printed.
  static func document(_ json: JSONValue) -> [UInt8] {
    // Added in place: the document may be large.
    var bytes = disarmed(inJSON: json.encoded(indent: 2))
    bytes.append(UInt8(ascii: "\n"))
    return bytes
  }

  /// - Parameter json: Where it can be in strings alone, whose values stay the same.
  static func disarmed(inJSON json: [UInt8]) -> [UInt8] {
    let positions = bracketPositions(in: json.lazy.map(UInt32.init))
    if positions.isEmpty { return json }
    var shown: [UInt8] = []
    var done = 0
    for position in positions {
      shown += json[done..<position] + Array(#"\u005B"#.utf8)
      done = position + 1
    }
    return shown + json[done...]
  }

  /// Where `[` ends the beginning of such a command: `##`, and letters after it.
  private static func bracketPositions(in text: some Sequence<UInt32>) -> [Int] {
    let (hash, bracket) = (UInt32(UInt8(ascii: "#")), UInt32(UInt8(ascii: "[")))
    var positions: [Int] = []
    var hashes = 0
    var isInName = false
    for (position, scalar) in text.enumerated() {
      if scalar == bracket, isInName || hashes >= 2 { positions.append(position) }
      let isLetter = (UInt32(UInt8(ascii: "a"))...UInt32(UInt8(ascii: "z"))).contains(scalar | 0x20)
      isInName = isLetter && (isInName || hashes >= 2)
      hashes = scalar == hash ? hashes + 1 : 0
    }
    return positions
  }
}
