import JSON

/// `printf`.
///
/// https://pkg.go.dev/fmt
enum TemplateFormat {
  /// One `%` with its flags, width and precision, and its verb.
  private struct Directive {
    var flags: Set<Character> = []
    var width = 0
    var precision: Int?
    var verb: Character = "v"

    /// As in the format.
    var text = "%"
  }

  static func text(of arguments: [JSONValue], lengthLimit: Int) throws(TemplateProblem) -> String {
    var format = try arguments[0].templateText()[...]
    var values = arguments.dropFirst()
    var output = ""
    while let character = format.popFirst() {
      guard character == "%" else {
        output.append(character)
        continue
      }
      let directive = try directive(&format)
      if directive.verb == "%" {
        output += "%"
        continue
      }
      guard let value = values.popFirst() else { throw problem("has no value for \(directive.text)") }
      guard directive.width <= lengthLimit, output.utf8.count <= lengthLimit else {
        throw problem("makes a text that is too long")
      }
      output += padded(try content(value, directive), value, directive)
    }
    if !values.isEmpty { throw problem("has more values than its format has verbs") }
    return output
  }

  private static func directive(_ format: inout Substring) throws(TemplateProblem) -> Directive {
    var directive = Directive()
    func take(_ format: inout Substring, while matches: (Character) -> Bool) -> String {
      let taken = String(format.prefix(while: matches))
      format.removeFirst(taken.count)
      directive.text += taken
      return taken
    }
    directive.flags = Set(take(&format) { "+-0# ".contains($0) })
    let width = take(&format) { $0.isASCII && $0.isNumber }
    if !width.isEmpty { directive.width = Int(width) ?? .max }
    if format.first == "." {
      _ = take(&format) { $0 == "." }
      directive.precision = Int(take(&format) { $0.isASCII && $0.isNumber }) ?? 0
    }
    guard let verb = format.popFirst() else { throw problem("has a % at the end of its format") }
    directive.text.append(verb)
    directive.verb = verb
    return directive
  }

  private static func content(_ value: JSONValue, _ directive: Directive) throws(TemplateProblem) -> String {
    if !supports(directive, value) { throw problem("does not support \(directive.text) for \(value.kind)") }
    switch (directive.verb, value) {
    case ("v", .integer(let number)), ("d", .integer(let number)): return self.number(number, 10, directive)
    case ("d", .null): return number(0, 10, directive)
    case ("v", .string(let text)): return shortened(text, directive)
    case ("v", _): return value == .null ? "" : TemplateText.plain(value)
    case ("s", .string), ("s", .null): return shortened(try value.templateText(), directive)
    case ("s", .array), ("s", .object): return TemplateText.plain(value)
    case ("q", .string), ("q", .null): return TemplateText.quoted(shortened(try value.templateText(), directive))
    case ("q", .array(let elements)):
      var texts: [String] = []
      for element in elements { texts.append(try content(element, directive)) }
      return "[\(texts.joined(separator: " "))]"
    case ("t", .bool(let value)): return "\(value)"
    case ("x", .integer(let number)), ("X", .integer(let number)): return self.number(number, 16, directive)
    case ("x", .string(let text)), ("X", .string(let text)):
      let bytes = text.utf8.prefix(directive.precision ?? .max)
      return hexadecimal(bytes, digits: directive.verb == "X" ? "0123456789ABCDEF" : "0123456789abcdef")
    case ("c", .integer(let number)):
      return UInt32(exactly: number).flatMap(Unicode.Scalar.init).map(String.init) ?? "\u{FFFD}"
    default: break
    }
    let kinds: [Character: String] = [
      "d": "a whole number", "s": "a string", "q": "a string", "t": "true or false", "x": "a whole number or a string",
      "X": "a whole number or a string", "c": "a whole number",
    ]
    guard let kind = kinds[directive.verb] else { throw problem("does not support \(directive.text)") }
    throw problem("needs \(kind) for \(directive.text), but has \(value.kind); %v prints every value")
  }

  /// False where Go does more than this with the flags, the width or the precision.
  private static func supports(_ directive: Directive, _ value: JSONValue) -> Bool {
    switch value {
    case .integer: true
    case .array, .object: directive.flags.isEmpty && directive.width == 0 && directive.precision == nil
    case .real: directive.precision == nil && directive.flags.isDisjoint(with: ["+", " ", "#"])
    case .null, .bool, .string:
      !directive.flags.contains("#") && !(directive.verb == "q" && directive.flags.contains("+"))
        && !("xX".contains(directive.verb) && directive.flags.contains(" "))
    }
  }

  private static func number(_ number: Int64, _ radix: Int, _ directive: Directive) -> String {
    if number == 0, directive.precision == 0 { return "" }
    var digits = String(number.magnitude, radix: radix, uppercase: directive.verb == "X")
    let sign = number < 0 ? "-" : directive.flags.contains("+") ? "+" : directive.flags.contains(" ") ? " " : ""
    let prefix = radix == 16 && directive.flags.contains("#") ? "0\(directive.verb)" : ""
    let pads = directive.flags.contains("0") && !directive.flags.contains("-") && directive.precision == nil
    let width = pads ? directive.width - sign.count : directive.precision ?? 0
    digits = String(repeating: "0", count: max(0, min(width, 1 << 20) - digits.count)) + digits
    return sign + prefix + digits
  }

  private static func hexadecimal(_ bytes: Substring.UTF8View, digits: String) -> String {
    let digits = Array(digits.utf8)
    var text: [UInt8] = []
    text.reserveCapacity(2 * bytes.count)
    for byte in bytes { text += [digits[Int(byte >> 4)], digits[Int(byte & 15)]] }
    return String(decoding: text, as: UTF8.self)
  }

  private static func shortened(_ text: String, _ directive: Directive) -> String {
    directive.precision.map { String(String.UnicodeScalarView(text.unicodeScalars.prefix($0))) } ?? text
  }

  /// The width is in characters.
  private static func padded(_ text: String, _ value: JSONValue, _ directive: Directive) -> String {
    if directive.width == 0 { return text }
    let missing = max(0, directive.width - text.unicodeScalars.count)
    if directive.flags.contains("-") { return text + String(repeating: " ", count: missing) }
    // A number has its zeros already, or a precision, which takes the place of the flag.
    let isNumber = if case .integer = value { directive.verb != "c" } else { false }
    let isZero = directive.flags.contains("0") && !isNumber
    return String(repeating: isZero ? "0" : " ", count: missing) + text
  }

  private static func problem(_ text: String) -> TemplateProblem { TemplateProblem(text: text) }
}
