import JSON

/// Splits a template into texts and actions.
struct TemplateScanner {
  private let scalars: [Unicode.Scalar]
  private var index = 0
  private var line = 1
  /// The index at which the current line begins.
  private var lineStart = 0

  init(_ text: String) { scalars = Array(text.unicodeScalars) }

  /// The texts and actions, in their order. Comments are left out, and what `{{-` and `-}}` trim.
  mutating func pieces() throws(TemplateError) -> [TemplatePiece] {
    var pieces: [TemplatePiece] = []
    var trimsStart = false
    while index < scalars.count {
      var text = String.UnicodeScalarView()
      while index < scalars.count, !isNext("{{") { text.append(next()) }
      if trimsStart { text = String.UnicodeScalarView(text.drop(while: \.isTemplateSpace)) }
      trimsStart = false
      let start = position
      let isAction = skip("{{")
      if isAction, isNext("-"), peek(1)?.isTemplateSpace == true {
        skip("-")
        while let last = text.last, last.isTemplateSpace { text.removeLast() }
      }
      if !text.isEmpty { pieces.append(.text(String(text))) }
      guard isAction else { break }
      let tokens = try action(start)
      trimsStart = skip("-")
      skip("}}")
      if let tokens { pieces.append(.action(tokens, start)) }
    }
    return pieces
  }

  var position: TemplatePosition { TemplatePosition(line: line, column: index - lineStart + 1) }

  /// The tokens up to `}}`, or ` -}}`; nil for a comment.
  private mutating func action(_ start: TemplatePosition) throws(TemplateError) -> [TemplateToken]? {
    var tokens: [TemplateToken] = []
    while true {
      let before = index
      while let scalar = peek(), scalar.isTemplateSpace { _ = next() }
      let followsSpace = index > before
      if isNext("}}") || followsSpace && isNext("-}}") { return tokens }
      if tokens.isEmpty, skip("/*") { return try comment(start) }
      let at = position
      guard peek() != nil else { throw TemplateError(position: start, problem: .syntax("}} is missing")) }
      tokens.append(TemplateToken(kind: try token(), position: at, followsSpace: followsSpace))
    }
  }

  private mutating func comment(_ start: TemplatePosition) throws(TemplateError) -> [TemplateToken]? {
    while index < scalars.count, !isNext("*/") { _ = next() }
    skip("*/")
    let end = index
    while let scalar = peek(), scalar.isTemplateSpace { _ = next() }
    guard isNext("}}") || index > end && isNext("-}}") else {
      throw TemplateError(position: start, problem: .syntax("a comment must end with */}}"))
    }
    return nil
  }

  private mutating func token() throws(TemplateError) -> TemplateToken.Kind {
    let start = position
    let scalar = next()
    switch scalar {
    case "|": return .pipe
    case "(": return .open
    case ")": return .close
    case ",": return .comma
    case "=": return .assign
    case ":" where skip("="): return .declare
    case "$": return .variable("$" + name())
    case "." where peek()?.isTemplateLetter == true: return .field(name())
    case "." where peek()?.isDigit != true: return .dot
    case "\"": return .literal(.string(try quoted(start)))
    case "`": return .literal(.string(try raw(start)))
    case "'": return .literal(.integer(Int64(try character(start).value)))
    default: break
    }
    if scalar.isTemplateLetter {
      let word = String(scalar) + name()
      return Self.constants[word].map { .literal($0) } ?? .word(word)
    }
    if scalar.isDigit || "+-.".unicodeScalars.contains(scalar) { return .literal(try number(scalar, start)) }
    throw TemplateError(position: start, problem: .syntax("\u{201C}\(scalar)\u{201D} is not expected here"))
  }

  private static let constants: [String: JSONValue] = ["true": .bool(true), "false": .bool(false), "nil": .null]

  private mutating func name() -> String {
    var name = String.UnicodeScalarView()
    while let scalar = peek(), scalar.isTemplateLetter || scalar.isDigit { name.append(next()) }
    return String(name)
  }

  private mutating func raw(_ start: TemplatePosition) throws(TemplateError) -> String {
    var text = String.UnicodeScalarView()
    while let scalar = peek() {
      _ = next()
      if scalar == "`" { return String(text) }
      text.append(scalar)
    }
    throw TemplateError(position: start, problem: .syntax("the closing ` of a text is missing"))
  }

  private mutating func quoted(_ start: TemplatePosition) throws(TemplateError) -> String {
    var text = String.UnicodeScalarView()
    while let scalar = peek(), scalar != "\n" {
      _ = next()
      if scalar == "\"" { return String(text) }
      text.append(scalar == "\\" ? try escape() : scalar)
    }
    throw TemplateError(position: start, problem: .syntax("the closing \" of a text is missing"))
  }

  private mutating func character(_ start: TemplatePosition) throws(TemplateError) -> Unicode.Scalar {
    guard let first = peek(), first != "'" else {
      throw TemplateError(position: start, problem: .syntax("a character must stand between ' and '"))
    }
    _ = next()
    let scalar = first == "\\" ? try escape() : first
    guard skip("'") else {
      throw TemplateError(position: start, problem: .syntax("' holds one character. Texts are in \"double quotes\""))
    }
    return scalar
  }

  /// What comes after a backslash.
  private mutating func escape() throws(TemplateError) -> Unicode.Scalar {
    let start = position
    let digits: [Unicode.Scalar: Int] = ["x": 2, "u": 4, "U": 8]
    let simple: [Unicode.Scalar: Unicode.Scalar] = [
      "n": "\n", "t": "\t", "r": "\r", "\\": "\\", "\"": "\"", "'": "'", "a": "\u{7}", "b": "\u{8}", "f": "\u{C}",
      "v": "\u{B}",
    ]
    guard index < scalars.count else { throw TemplateError(position: start, problem: .syntax("}} is missing")) }
    let letter = next()
    if let scalar = simple[letter] { return scalar }
    if let count = digits[letter], index + count <= scalars.count {
      let text = String(String.UnicodeScalarView(scalars[index..<(index + count)]))
      if let value = UInt32(text, radix: 16), let scalar = Unicode.Scalar(value) {
        for _ in 0..<count { _ = next() }
        return scalar
      }
    }
    throw TemplateError(position: start, problem: .syntax("\\\(letter) is not a known escape"))
  }

  private mutating func number(_ first: Unicode.Scalar, _ start: TemplatePosition) throws(TemplateError) -> JSONValue {
    var text = String(first)
    while let scalar = peek(), scalar.isDigit || scalar.isTemplateLetter || scalar == "." || scalar.isSign(after: text)
    {
      text.unicodeScalars.append(next())
    }
    let digits = text.filter { $0 != "_" }.lowercased()
    let unsigned = digits.drop { $0 == "+" || $0 == "-" }
    let radix: Int? = ["0x": 16, "0o": 8, "0b": 2][String(unsigned.prefix(2))]
    if let radix {
      if let value = Int64(unsigned.dropFirst(2), radix: radix) {
        return .integer(digits.hasPrefix("-") ? -value : value)
      }
    } else if unsigned.count > 1, unsigned.hasPrefix("0"), unsigned.allSatisfy(\.isNumber) {
      // As in C: 017 is 15.
      if let value = Int64(digits, radix: 8) { return .integer(value) }
    } else if let value = Int64(digits) {
      return .integer(value)
    } else if let value = Double(digits), value.isFinite {
      return .real(value)
    }
    throw TemplateError(position: start, problem: .syntax("\(text) is not a number"))
  }

  private func peek(_ offset: Int = 0) -> Unicode.Scalar? {
    index + offset < scalars.count ? scalars[index + offset] : nil
  }

  private mutating func next() -> Unicode.Scalar {
    defer {
      index += 1
      if scalars[index - 1] == "\n" { (line, lineStart) = (line + 1, index) }
    }
    return scalars[index]
  }

  private func isNext(_ text: String) -> Bool { scalars[index...].starts(with: text.unicodeScalars) }

  /// True if the text was next; the scanner is behind it then.
  @discardableResult
  private mutating func skip(_ text: String) -> Bool {
    guard isNext(text) else { return false }
    for _ in text.unicodeScalars { _ = next() }
    return true
  }
}

extension Unicode.Scalar {
  fileprivate var isTemplateSpace: Bool { self == " " || self == "\t" || self == "\r" || self == "\n" }
  fileprivate var isDigit: Bool { ("0"..."9").contains(self) }
  fileprivate var isTemplateLetter: Bool { self == "_" || properties.isAlphabetic }

  /// True for the sign of an exponent.
  fileprivate func isSign(after number: String) -> Bool {
    (self == "+" || self == "-") && (number.hasSuffix("e") || number.hasSuffix("E")) && !number.hasPrefix("0x")
  }
}
