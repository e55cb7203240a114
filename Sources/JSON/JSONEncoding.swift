import CJansson

extension JSONValue {
  /// The same value always gives the same bytes: members in their order, no trailing newline. Characters that a terminal
  /// would obey are escaped: see `JSONEscapes`.
  ///
  /// jansson writes the values in objects and arrays, one after the other: a tree of its own would take much memory.
  ///
  /// - Parameters:
  ///   - indent: Spaces for each level, on lines of their own; nil for one line without any space.
  ///   - shortensWholeNumbers: Whether 1.0 is written as 1, as Go does.
  package func encoded(indent: Int? = nil, shortensWholeNumbers: Bool = false) -> [UInt8] {
    var bytes: [UInt8] = []
    append(to: &bytes, Form(indent: indent, shortensWholeNumbers: shortensWholeNumbers), depth: 0)
    return JSONEscapes.escapingControlCharacters(in: bytes)
  }

  private struct Form {
    let indent: Int?
    let shortensWholeNumbers: Bool
  }

  private func append(to bytes: inout [UInt8], _ form: Form, depth: Int) {
    func newLine(_ depth: Int) {
      guard let indent = form.indent else { return }
      bytes.append(UInt8(ascii: "\n"))
      bytes.append(contentsOf: repeatElement(UInt8(ascii: " "), count: indent * depth))
    }
    func enclose<Element>(_ brackets: StaticString, _ elements: [Element], _ append: (Element) -> Void) {
      bytes.append(brackets.utf8Start[0])
      for (index, element) in elements.enumerated() {
        if index > 0 { bytes.append(UInt8(ascii: ",")) }
        newLine(depth + 1)
        append(element)
      }
      if !elements.isEmpty { newLine(depth) }
      bytes.append(brackets.utf8Start[1])
    }
    switch self {
    case .array(let elements): enclose("[]", elements) { $0.append(to: &bytes, form, depth: depth + 1) }
    case .object(let members):
      enclose("{}", members) { member in
        JSONValue.string(member.name).appendValue(to: &bytes)
        bytes += (form.indent == nil ? ":" : ": ").utf8
        member.value.append(to: &bytes, form, depth: depth + 1)
      }
    // As few digits as give the number again, which jansson does not do.
    case .real(let number):
      let whole = form.shortensWholeNumbers ? Int64(exactly: number) : nil
      bytes += (whole.map { "\($0)" } ?? "\(number)").utf8
    default: appendValue(to: &bytes)
    }
  }

  /// - Parameter bytes: Get a value that is no array, no object and no fraction.
  private func appendValue(to bytes: inout [UInt8]) {
    guard let value = makeJansson() else { return }
    defer { json_decref(value) }
    withUnsafeMutablePointer(to: &bytes) { target in
      _ = json_dump_callback(
        value,
        { start, count, context in
          guard let context else { return -1 }
          let piece = UnsafeRawBufferPointer(start: start, count: count)
          context.assumingMemoryBound(to: [UInt8].self).pointee.append(contentsOf: piece)
          return 0
        },
        target,
        Int(JSON_ENCODE_ANY)
      )
    }
  }

  /// A new reference, which the caller gives back. Nil only when memory is out.
  private func makeJansson() -> UnsafeMutablePointer<json_t>? {
    switch self {
    case .bool(let value): value ? json_true() : json_false()
    case .integer(let value): json_integer(json_int_t(value))
    case .string(let value): value.withUTF8Copy { json_stringn_nocheck($0, $1) }
    case .null, .real, .array, .object: json_null()
    }
  }
}

extension String {
  fileprivate func withUTF8Copy<Result>(_ body: (UnsafePointer<CChar>?, Int) -> Result) -> Result {
    var copy = self
    return copy.withUTF8 { utf8 in
      utf8.withMemoryRebound(to: CChar.self) { body($0.baseAddress ?? UnsafePointer(bitPattern: 1), $0.count) }
    }
  }
}
