import JSON

/// Reads a JSON text (RFC 8259) with the lines of its values. It needs no library for YAML.
package struct JSONDocument {
  private let bytes: [UInt8]
  private var position = 0
  private var line = 1
  private var limits: NodeLimits

  private init(_ bytes: [UInt8], _ limits: NodeLimits) { (self.bytes, self.limits) = (bytes, limits) }

  /// - Throws: `YAMLError` if the bytes are not one JSON value in UTF-8.
  package static func decoded(_ bytes: [UInt8], _ limits: inout NodeLimits) throws(YAMLError) -> YAMLNode {
    var document = JSONDocument(bytes, limits)
    document.skipBlanks()
    let node = try document.value(depth: 0)
    if document.position < bytes.count { throw document.unexpected("the end of the text") }
    limits = document.limits
    return node
  }

  /// The value at this position, and the blanks after it.
  private mutating func value(depth: Int) throws(YAMLError) -> YAMLNode {
    let start = line
    try limits.add(depth: depth, line: start)
    let content: YAMLNode.Content
    switch next {
    case UInt8(ascii: "{"): content = .mapping(try members(depth + 1))
    case UInt8(ascii: "["): content = .sequence(try elements(depth + 1))
    case UInt8(ascii: "\""): content = .scalar(try string(), isPlain: false)
    default: content = .scalar(try word(), isPlain: true)
    }
    skipBlanks()
    return YAMLNode(content, line: start)
  }

  private mutating func elements(_ depth: Int) throws(YAMLError) -> [YAMLNode] {
    var elements: [YAMLNode] = []
    try separated(by: UInt8(ascii: "]")) { document throws(YAMLError) in
      elements.append(try document.value(depth: depth))
    }
    return elements
  }

  private mutating func members(_ depth: Int) throws(YAMLError) -> [YAMLMember] {
    var list = MemberList()
    try separated(by: UInt8(ascii: "}")) { document throws(YAMLError) in
      guard document.next == UInt8(ascii: "\"") else { throw document.unexpected("a key in quotation marks") }
      let start = document.line
      try document.limits.add(depth: depth, line: start)
      let name = try document.string()
      try list.checkKey(name, line: start)
      document.skipBlanks()
      guard document.skip(UInt8(ascii: ":")) else { throw document.unexpected("a colon") }
      list.append(name, line: start, try document.value(depth: depth))
    }
    return list.members
  }

  /// Reads the parts of an object or array, with commas between them.
  private mutating func separated(
    by end: UInt8,
    _ part: (inout JSONDocument) throws(YAMLError) -> Void
  ) throws(YAMLError) {
    position += 1
    skipBlanks()
    if next == end {
      position += 1
      return
    }
    while true {
      try part(&self)
      if next == end {
        position += 1
        return
      }
      guard skip(UInt8(ascii: ",")) else {
        throw unexpected("a comma or \(end == UInt8(ascii: "]") ? "]" : "}")")
      }
    }
  }

  /// A string, without its quotation marks.
  private mutating func string() throws(YAMLError) -> String {
    let start = position
    repeat {
      position += next == UInt8(ascii: "\\") ? 2 : 1
      guard let next, next != UInt8(ascii: "\n") else {
        throw YAMLError(line: line, .syntax("a quotation mark is missing"))
      }
    } while next != UInt8(ascii: "\"")
    position += 1
    guard case .string(let text)? = try? JSONValue(decoding: Array(bytes[start..<position])) else {
      throw YAMLError(line: line, .syntax("the text in quotation marks is not valid"))
    }
    return text
  }

  /// A number, `true`, `false` or `null`, as it is written.
  private mutating func word() throws(YAMLError) -> String {
    let start = position
    while let next, !" \t\r\n,:]}[{\"".utf8.contains(next) { position += 1 }
    let word = Array(bytes[start..<position])
    guard (try? JSONValue(decoding: word)) != nil else {
      position = start
      throw unexpected("a value")
    }
    return String(decoding: word, as: UTF8.self)
  }

  private var next: UInt8? { position < bytes.count ? bytes[position] : nil }

  private mutating func skipBlanks() {
    while let next, " \t\r\n".utf8.contains(next) {
      if next == UInt8(ascii: "\n") { line += 1 }
      position += 1
    }
  }

  /// Goes over this character and the blanks after it, if it is the next one.
  private mutating func skip(_ character: UInt8) -> Bool {
    guard next == character else { return false }
    position += 1
    skipBlanks()
    return true
  }

  private func unexpected(_ expected: String) -> YAMLError {
    YAMLError(line: line, .syntax("there should be \(expected)"))
  }
}
