import JSON

/// What CI systems obey when they find it in the log of a job: `::set-output …` at the beginning of a line (GitHub), and
/// `##[error]…`, `##vso[…]` or `##teamcity[…]` anywhere (GitHub, Azure Pipelines, TeamCity).
///
/// Bytes are compared: Swift takes some characters and the first `#` after them for one character.
enum WorkflowCommands {
  /// - Parameters:
  ///   - lines: What is printed. One character of each command is shown as its number.
  ///   - mayBeJSON: Whether strings of JSON among them must keep their values.
  static func disarmed(in lines: String, mayBeJSON: Bool = false) -> String {
    let positions = (colonPositions(in: lines) + bracketPositions(in: lines.utf8)).sorted()
    if positions.isEmpty { return lines }
    let bracket = mayBeJSON ? jsonBracket : #"\u{5B}"#
    let shown = replacing(positions, in: Array(lines.utf8)) { $0 == UInt8(ascii: ":") ? #"\u{3A}"# : bracket }
    return String(decoding: shown, as: UTF8.self)
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
    let positions = bracketPositions(in: json)
    return positions.isEmpty ? json : replacing(positions, in: json) { _ in jsonBracket }
  }

  private static let jsonBracket = #"\u005B"#

  private static func replacing(_ positions: [Int], in bytes: [UInt8], by escape: (UInt8) -> String) -> [UInt8] {
    var shown: [UInt8] = []
    var done = 0
    for position in positions {
      shown += bytes[done..<position]
      shown += escape(bytes[position]).utf8
      done = position + 1
    }
    return shown + bytes[done...]
  }

  /// Where a line begins with `::`, except for spaces.
  private static func colonPositions(in lines: String) -> [Int] {
    var positions: [Int] = []
    var (isAtStart, isAfterColon, position) = (true, false, 0)
    for scalar in lines.unicodeScalars {
      if isAfterColon, scalar == ":" { positions.append(position - 1) }
      isAfterColon = isAtStart && scalar == ":"
      isAtStart = scalar == "\n" || isAtStart && scalar.properties.isWhitespace
      position += UTF8.width(scalar)
    }
    return positions
  }

  /// Where `[` ends the beginning of such a command: `##`, and letters after it.
  private static func bracketPositions(in text: some Sequence<UInt8>) -> [Int] {
    var positions: [Int] = []
    var hashes = 0
    var isInName = false
    for (position, byte) in text.enumerated() {
      if byte == UInt8(ascii: "["), isInName || hashes >= 2 { positions.append(position) }
      let isLetter = (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 0x20)
      isInName = isLetter && (isInName || hashes >= 2)
      hashes = byte == UInt8(ascii: "#") ? hashes + 1 : 0
    }
    return positions
  }
}
