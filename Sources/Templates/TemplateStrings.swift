import JSON

/// docker's functions for strings.
enum TemplateStrings {
  static func value(
    of function: TemplateFunction,
    _ arguments: [JSONValue],
    _ limits: TemplateLimits
  ) throws(TemplateProblem) -> JSONValue {
    if function == .join { return try joined(arguments[0], separator: arguments[1].templateText()) }
    let text = try arguments[0].templateText()
    switch function {
    case .split: return .array(try split(text, separator: arguments[1].templateText(), limit: limits.parts))
    case .title: return .string(title(text))
    case .lower: return .string(mapped(text, \.goLower))
    case .upper: return .string(mapped(text, \.goUpper))
    case .pad:
      let (left, right) = (try arguments[1].templateInteger(), try arguments[2].templateInteger())
      // As docker: an empty text stays empty.
      if text.isEmpty { return .string("") }
      guard (0...limits.length).contains(left), (0...limits.length).contains(right) else {
        throw TemplateProblem(text: "has a width that is out of range")
      }
      return .string(String(repeating: " ", count: left) + text + String(repeating: " ", count: right))
    default:
      let limit = try arguments[1].templateInteger()
      guard limit >= 0 else { throw TemplateProblem(text: "has a length below 0") }
      return .string(truncated(text, limit))
    }
  }

  /// `print`: with spaces between two values if neither is a string.
  static func joined(_ values: [JSONValue]) -> String {
    var text = ""
    for (index, value) in values.enumerated() {
      if index > 0, !value.isString, !values[index - 1].isString { text += " " }
      text += TemplateText.plain(value)
    }
    return text
  }

  private static func joined(
    _ value: JSONValue,
    separator: String
  ) throws(TemplateProblem) -> JSONValue {
    switch value {
    case .null: return .string("")
    case .array(let elements):
      var texts: [String] = []
      for element in elements {
        guard case .string(let text) = element else {
          throw TemplateProblem(text: "needs an array of strings, but has one with \(element.kind)")
        }
        texts.append(text)
      }
      return .string(texts.joined(separator: separator))
    default: throw TemplateProblem(text: "needs an array of strings, but has \(value.kind)")
    }
  }

  private static func split(
    _ text: String,
    separator: String,
    limit: Int
  ) throws(TemplateProblem) -> [JSONValue] {
    var parts: [JSONValue] = []
    func add(_ part: some StringProtocol) throws(TemplateProblem) {
      if parts.count >= limit { throw TemplateProblem(text: "makes more than \(limit) parts") }
      parts.append(.string(String(part)))
    }
    if separator.isEmpty {
      for scalar in text.unicodeScalars { try add(String(scalar)) }
      return parts
    }
    let (bytes, separator) = (text.utf8, separator.utf8)
    var start = bytes.startIndex
    while let found = bytes[start...].firstRange(of: separator) {
      try add(text[start..<found.lowerBound])
      start = found.upperBound
    }
    try add(text[start...])
    return parts
  }

  /// As Go: each character alone.
  private static func mapped(_ text: String, _ mapping: (Unicode.Scalar) -> Unicode.Scalar) -> String {
    var result = ""
    // Without an array: the text may have megabytes, and scalars have four bytes.
    result.reserveCapacity(text.utf8.count)
    for scalar in text.unicodeScalars { result.unicodeScalars.append(mapping(scalar)) }
    return result
  }

  /// Each word with a large letter at its beginning.
  private static func title(_ text: String) -> String {
    var isStart = true
    return mapped(text) { scalar in
      defer {
        let isWord = scalar == "_" || scalar.properties.isAlphabetic || scalar.properties.numericType != nil
        isStart = scalar.isASCII ? !isWord : scalar.properties.isWhitespace
      }
      return isStart ? scalar.goTitle : scalar
    }
  }

  /// The first characters, as many as have so many bytes together.
  private static func truncated(_ text: String, _ limit: Int) -> String {
    if text.utf8.count <= limit { return text }
    var rest = limit
    return String(
      String.UnicodeScalarView(
        text.unicodeScalars.prefix { scalar in
          rest -= UTF8.width(scalar)
          return rest >= 0
        }
      )
    )
  }
}

/// The simple mappings of Unicode, from one scalar to one. Swift has the full ones, from one to several (`SS` for `ß`).
extension Unicode.Scalar {
  /// Only İ has several: its simple mapping is the first one.
  fileprivate var goLower: Unicode.Scalar { properties.lowercaseMapping.unicodeScalars.first ?? self }

  /// Of a Greek letter with an iota below, the simple mapping is that of a title.
  fileprivate var goUpper: Unicode.Scalar { Self.only(properties.uppercaseMapping) ?? goTitle }

  fileprivate var goTitle: Unicode.Scalar { Self.only(properties.titlecaseMapping) ?? self }

  private static func only(_ text: String) -> Unicode.Scalar? {
    text.unicodeScalars.count == 1 ? text.unicodeScalars.first : nil
  }
}

extension JSONValue {
  fileprivate var isString: Bool { if case .string = self { true } else { false } }
}
