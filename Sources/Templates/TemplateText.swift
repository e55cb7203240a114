import JSON

/// Values as Go prints them.
enum TemplateText {
  /// As an action prints its value. A null prints nothing.
  static func printed(_ value: JSONValue) -> String { value == .null ? "" : plain(value) }

  /// As `%v` does.
  static func plain(_ value: JSONValue) -> String {
    switch value {
    case .null: "<nil>"
    case .bool(let value): "\(value)"
    case .integer(let number): "\(number)"
    case .real(let number): real(number)
    case .string(let text): text
    case .array(let elements): "[\(elements.map(plain).joined(separator: " "))]"
    case .object(let members):
      "map[\(members.sortedByName.map { "\($0.name):\(plain($0.value))" }.joined(separator: " "))]"
    }
  }

  /// As `%q` does.
  static func quoted(_ text: String) -> String {
    let names: [Unicode.Scalar: String] = [
      "\u{7}": "\\a", "\u{8}": "\\b", "\u{C}": "\\f", "\n": "\\n", "\r": "\\r", "\t": "\\t", "\u{B}": "\\v",
      "\"": "\\\"", "\\": "\\\\",
    ]
    var quoted = "\""
    for scalar in text.unicodeScalars {
      if let name = names[scalar] {
        quoted += name
      } else if scalar.properties.isPrintable {
        quoted.unicodeScalars.append(scalar)
      } else {
        let digits = String(scalar.value, radix: 16)
        let (prefix, width) = scalar.value < 0x80 ? ("\\x", 2) : scalar.value < 0x10000 ? ("\\u", 4) : ("\\U", 8)
        quoted += prefix + String(repeating: "0", count: width - digits.count) + digits
      }
    }
    return quoted + "\""
  }

  /// The shortest digits that give the number again; with an exponent if it is below -4 or above 5.
  private static func real(_ number: Double) -> String {
    // 1e+16, 5e-05, 0.0001 or 1.0
    let text = "\(number)".lowercased()
    let sign = text.hasPrefix("-") ? "-" : ""
    let parts = text.drop { $0 == "-" }.split(separator: "e")
    let mantissa = parts.first.map(String.init) ?? "0"
    let whole = mantissa.prefix { $0 != "." }
    let fraction = mantissa.dropFirst(whole.count + 1)
    let all = (whole + fraction).drop { $0 == "0" }
    let zeros = (whole + fraction).count - all.count
    let digits = String(all.reversed().drop { $0 == "0" }.reversed())
    if digits.isEmpty { return sign + "0" }
    let exponent = (parts.count > 1 ? Int(parts[1]) ?? 0 : 0) + whole.count - zeros - 1
    if exponent < -4 || exponent >= 6 {
      let rest = digits.dropFirst()
      let width = abs(exponent) < 10 ? "0" : ""
      return sign + digits.prefix(1) + (rest.isEmpty ? "" : ".\(rest)") + (exponent < 0 ? "e-" : "e+") + width
        + "\(abs(exponent))"
    }
    if exponent < 0 { return sign + "0." + String(repeating: "0", count: -exponent - 1) + digits }
    let padded = digits + String(repeating: "0", count: max(0, exponent + 1 - digits.count))
    let tail = padded.dropFirst(exponent + 1)
    return sign + padded.prefix(exponent + 1) + (tail.isEmpty ? "" : ".\(tail)")
  }
}

extension Unicode.Scalar.Properties {
  fileprivate var isPrintable: Bool {
    switch generalCategory {
    case .control, .format, .surrogate, .privateUse, .unassigned, .lineSeparator, .paragraphSeparator: false
    // Of the spaces, Go prints only the one in ASCII.
    case .spaceSeparator: numericType == nil && isPatternWhitespace
    default: true
    }
  }
}
