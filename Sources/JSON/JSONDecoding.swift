import CJansson

extension JSONValue {
  /// What to do where an object has two members of one name.
  package enum DuplicateNames: Sendable {
    /// Of two members with exactly the same name the last one counts.
    case lastWins
    /// An error, also where the names differ only in case: two readers of one manifest must not see two different images.
    /// In the members with these names, which are maps, only exactly the same key is an error.
    case refusedInAnyCase(exceptIn: Set<String> = [])
  }

  /// Which texts count as JSON.
  package enum Dialect: Sendable {
    /// JSON in UTF-8 (RFC 8259) whose numbers have room in 64 bits.
    case strict
    /// For what docker reads with Go's decoder: a character that is not valid is read as U+FFFD (see `JSONCharacters`), and a
    /// number that has no room in 64 bits, such as 1e400, as 0. docker ignores such a number in members that it does not
    /// know. Like `json.Unmarshal`, it takes a text that is one value.
    case go
    /// The same as `json.Decoder` reads it: the first value counts, and what comes after it is ignored.
    case goFirstValue
    /// The same, where another value after the first one is an error (`Decoder.More`). A closing bracket is ignored.
    case goSingleValue
  }

  /// Checks that a JSON text which was made here can be read again. Only its size is looked at.
  ///
  /// - Throws: `JSONError.tooDeep` or `JSONError.tooComplex`.
  package static func checkCost(of bytes: [UInt8]) throws(JSONError) { try JSONCost.check(bytes) }

  /// - Throws: `JSONError.syntax`, with line and column, if the bytes are not one JSON value in UTF-8.
  package init(
    decoding bytes: [UInt8],
    duplicateNames: DuplicateNames = .lastWins,
    dialect: Dialect = .strict
  ) throws(JSONError) {
    // jansson takes an empty text for a mistake of the caller.
    if bytes.isEmpty { throw .syntax(line: 1, column: 1, reason: "it is empty") }
    try JSONCost.check(bytes)
    let bytes = dialect != .strict ? JSONCharacters.replacingInvalid(in: bytes) : bytes
    guard case .refusedInAnyCase(let maps) = duplicateNames else {
      self = try Self.decoded(bytes, flags: JSON_DECODE_ANY | JSON_ALLOW_NUL, dialect)
      return
    }
    self = try Self.decoded(bytes, flags: JSON_DECODE_ANY | JSON_ALLOW_NUL | JSON_REJECT_DUPLICATES, dialect)
    try JSONNameCheck.check(self, exceptIn: maps)
  }

  private static func decoded(
    _ bytes: [UInt8],
    flags: Int32,
    _ dialect: Dialect
  ) throws(JSONError) -> JSONValue {
    var text = bytes
    var hasBigNumbers = dialect != .strict
    var flags = flags
    if [.goFirstValue, .goSingleValue].contains(dialect) { flags |= JSON_DISABLE_EOF_CHECK }
    while true {
      var failure = json_error_t()
      let root = text.withUnsafeBytes { buffer in
        json_loadb(buffer.bindMemory(to: CChar.self).baseAddress, buffer.count, Int(flags), &failure)
      }
      if let root {
        defer { json_decref(root) }
        if dialect == .goSingleValue, flags & JSON_DISABLE_EOF_CHECK != 0,
          text.dropFirst(Int(failure.position)).beginsValue
        {
          // This time it is an error, with its place.
          flags &= ~JSON_DISABLE_EOF_CHECK
          continue
        }
        return JSONValue(emptying: root)
      }
      if let name = failure.repeatedName(in: text) { throw .sameName(path: "", name, name) }
      guard hasBigNumbers, failure.isBigNumber else {
        throw .syntax(line: Int(failure.line), column: Int(failure.column), reason: failure.message)
      }
      // All at once: each of them would begin from the start again.
      hasBigNumbers = false
      JSONCharacters.replaceBigNumbers(in: &text)
    }
  }

  /// Empties what it has read, so that the two trees are never in memory as a whole.
  private init(emptying value: UnsafeMutablePointer<json_t>) {
    switch value.pointee.type {
    case JSON_OBJECT: self = .object(Self.members(of: value))
    case JSON_ARRAY:
      self = .array(
        (0..<json_array_size(value)).map { index in
          defer { json_array_set_new(value, index, json_null()) }
          return json_array_get(value, index).map(JSONValue.init(emptying:)) ?? .null
        }
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
        members.append(JSONMember(name: String(cString: name), value: JSONValue(emptying: value)))
        json_object_iter_set_new(object, current, json_null())
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
  /// True if jansson has just read a number that is too big for it.
  fileprivate var isBigNumber: Bool { withUnsafePointer(to: self, json_error_code) == json_error_numeric_overflow }

  /// The name that jansson has just read, if its object has another member of this name.
  fileprivate func repeatedName(in text: [UInt8]) -> String? {
    guard withUnsafePointer(to: self, json_error_code) == json_error_duplicate_key else { return nil }
    let quote = UInt8(ascii: "\"")
    let end = Int(position)
    guard text.indices.contains(end - 1), text[end - 1] == quote else { return nil }
    var start = end - 1
    repeat { start -= 1 } while start >= 0 && !(text[start] == quote && !text.isEscaped(at: start))
    guard start >= 0, case .string(let name)? = try? JSONValue(decoding: Array(text[start..<end])) else { return nil }
    return name
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

extension ArraySlice<UInt8> {
  fileprivate var beginsValue: Bool {
    guard let first = first(where: { !$0.isBlank }) else { return false }
    return first != UInt8(ascii: "}") && first != UInt8(ascii: "]")
  }
}

extension [UInt8] {
  /// True if an odd number of backslashes comes before.
  fileprivate func isEscaped(at index: Int) -> Bool {
    !self[..<index].reversed().prefix { $0 == UInt8(ascii: "\\") }.count.isMultiple(of: 2)
  }
}
