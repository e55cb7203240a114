import CJansson

extension JSONValue {
  /// What to do where an object has two members of one name.
  package enum DuplicateNames: Sendable {
    /// The last one counts, as Go's decoder has it: for files that docker wrote.
    case lastWins
    /// An error: two readers of one manifest must not see two different images.
    case refused
  }

  /// What to do with a number that has no room in 64 bits, such as 1e400.
  package enum BigNumbers: Sendable {
    case refused
    /// It is read as 0: for files of which others are nobody's business here, and may hold anything.
    case zero
  }

  /// - Throws: `JSONError.syntax`, with line and column, if the bytes are not one JSON value in UTF-8.
  package init(
    decoding bytes: [UInt8],
    duplicateNames: DuplicateNames = .lastWins,
    bigNumbers: BigNumbers = .refused
  ) throws(JSONError) {
    // jansson takes an empty text for a mistake of the caller.
    if bytes.isEmpty { throw .syntax(line: 1, column: 1, reason: "it is empty") }
    var flags = Int(JSON_DECODE_ANY | JSON_ALLOW_NUL)
    if duplicateNames == .refused { flags |= Int(JSON_REJECT_DUPLICATES) }
    var text = bytes
    while true {
      var failure = json_error_t()
      let root = text.withUnsafeBytes { buffer in
        json_loadb(buffer.bindMemory(to: CChar.self).baseAddress, buffer.count, flags, &failure)
      }
      if let root {
        defer { json_decref(root) }
        self.init(root)
        return
      }
      guard bigNumbers == .zero, let number = failure.bigNumber(in: text) else {
        throw .syntax(line: Int(failure.line), column: Int(failure.column), reason: failure.message)
      }
      // As long as it was: what is wrong behind it is still found where it stands.
      let blanks = repeatElement(UInt8(ascii: " "), count: number.count - 1)
      text.replaceSubrange(number, with: [UInt8(ascii: "0")] + blanks)
    }
  }

  private init(_ value: UnsafeMutablePointer<json_t>) {
    switch value.pointee.type {
    case JSON_OBJECT: self = .object(Self.members(of: value))
    case JSON_ARRAY:
      self = .array(
        (0..<json_array_size(value)).map { index in json_array_get(value, index).map(JSONValue.init) ?? .null }
      )
    case JSON_STRING: self = .string(Self.text(json_string_value(value), json_string_length(value)))
    case JSON_INTEGER: self = .integer(Int64(json_integer_value(value)))
    case JSON_REAL: self = .real(json_real_value(value))
    case JSON_TRUE: self = .bool(true)
    case JSON_FALSE: self = .bool(false)
    default: self = .null
    }
  }

  private static func members(of object: UnsafeMutablePointer<json_t>) -> [JSONMember] {
    var members: [JSONMember] = []
    var iterator = json_object_iter(object)
    while let current = iterator {
      if let name = json_object_iter_key(current), let value = json_object_iter_value(current) {
        members.append(JSONMember(name: String(cString: name), value: JSONValue(value)))
      }
      iterator = json_object_iter_next(object, current)
    }
    return members
  }

  private static func text(_ start: UnsafePointer<CChar>?, _ count: Int) -> String {
    let bytes = UnsafeRawBufferPointer(start: start, count: count)
    return String(decoding: bytes, as: UTF8.self)
  }
}

extension json_error_t {
  /// Where the number stands that jansson has just read, if it was too big for it.
  fileprivate func bigNumber(in text: [UInt8]) -> Range<Int>? {
    guard withUnsafePointer(to: self, json_error_code) == json_error_numeric_overflow else { return nil }
    let end = Int(position)
    guard text.indices.contains(end - 1) else { return nil }
    let start = text[..<end].lastIndex { !"0123456789+-.eE".utf8.contains($0) }.map { $0 + 1 } ?? 0
    return start < end ? start..<end : nil
  }

  /// jansson's words, without the rest of the text that it quotes: that may be a secret.
  fileprivate var message: String {
    let whole = withUnsafeBytes(of: text) { buffer in
      String(decoding: buffer.prefix { $0 != 0 }, as: UTF8.self)
    }
    guard let quote = whole.firstRange(of: " near '") else { return whole }
    return String(whole[..<quote.lowerBound])
  }
}
