/// JSON as Go's encoder writes it, for output that must be that of a program in Go, byte for byte.
///
/// https://pkg.go.dev/encoding/json#Marshal
package enum GoJSON {
  /// A text between quotes. `<`, `>` and `&` are escaped, and what is not valid is U+FFFD.
  package static func string(_ text: String) -> [UInt8] {
    var bytes: [UInt8] = [quote]
    let short: [UInt8: Character] = [0x08: "b", 0x09: "t", 0x0A: "n", 0x0C: "f", 0x0D: "r", 0x22: "\"", 0x5C: "\\"]
    for byte in text.utf8 {
      if let letter = short[byte] {
        bytes += [backslash] + Array(String(letter).utf8)
      } else if byte < 0x20 {
        bytes += escape(UInt16(byte))
      } else {
        bytes.append(byte)
      }
    }
    return escapingHTML(in: bytes + [quote])
  }

  /// The same JSON without spaces between its tokens, with the escapes of `string` in its texts.
  package static func compacted(_ json: [UInt8]) -> [UInt8] {
    escapingHTML(in: laidOut(json, indent: nil))
  }

  /// The same tokens, with each member and each element on its own line. As in Go, spaces at the end stay.
  ///
  /// - Parameters:
  ///   - json: Valid JSON.
  ///   - indent: What each level begins with.
  package static func indented(_ json: [UInt8], with indent: String) -> [UInt8] {
    let end = json.lastIndex { !isSpace($0) }.map { $0 + 1 } ?? 0
    return laidOut(json, indent: Array(indent.utf8)) + json[end...]
  }

  private static func laidOut(_ json: [UInt8], indent: [UInt8]?) -> [UInt8] {
    var output: [UInt8] = []
    var depth = 0
    var (isInText, isEscaped, isAfterOpening) = (false, false, false)
    func newLine() {
      guard let indent else { return }
      output.append(UInt8(ascii: "\n"))
      for _ in 0..<depth { output += indent }
    }
    for byte in json {
      if isInText {
        output.append(byte)
        isInText = isEscaped || byte != quote
        isEscaped = !isEscaped && byte == backslash
        continue
      }
      if isSpace(byte) { continue }
      let closes = byte == UInt8(ascii: "}") || byte == UInt8(ascii: "]")
      if isAfterOpening, !closes {
        depth += 1
        newLine()
      } else if !isAfterOpening, closes {
        depth -= 1
        newLine()
      }
      isAfterOpening = byte == UInt8(ascii: "{") || byte == UInt8(ascii: "[")
      output.append(byte)
      isInText = byte == quote
      if byte == UInt8(ascii: ",") { newLine() }
      if byte == UInt8(ascii: ":"), indent != nil { output.append(UInt8(ascii: " ")) }
    }
    return output
  }

  /// Those characters occur in texts only.
  private static func escapingHTML(in json: [UInt8]) -> [UInt8] {
    var output: [UInt8] = []
    output.reserveCapacity(json.count)
    var index = 0
    while index < json.count {
      let byte = json[index]
      if byte == UInt8(ascii: "<") || byte == UInt8(ascii: ">") || byte == UInt8(ascii: "&") {
        output += escape(UInt16(byte))
      } else if byte == 0xE2, index + 2 < json.count, json[index + 1] == 0x80, json[index + 2] & 0xFE == 0xA8 {
        // U+2028 and U+2029 end a line in JavaScript.
        output += escape(0x2000 | UInt16(json[index + 2] & 0x3F))
        index += 2
      } else {
        output.append(byte)
      }
      index += 1
    }
    return output
  }

  private static let quote = UInt8(ascii: "\"")
  private static let backslash = UInt8(ascii: "\\")

  private static func isSpace(_ byte: UInt8) -> Bool { [0x20, 0x09, 0x0A, 0x0D].contains(byte) }

  private static func escape(_ unit: UInt16) -> [UInt8] {
    let digits = String(unit, radix: 16)
    return Array(("\\u" + String(repeating: "0", count: 4 - digits.count) + digits).utf8)
  }
}
