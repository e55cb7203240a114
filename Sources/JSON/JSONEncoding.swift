import CJansson

extension JSONValue {
  /// The same value always gives the same bytes: members in their order, no trailing newline. Characters that a terminal
  /// would obey are escaped: see `JSONEscapes`.
  ///
  /// - Parameter indent: Spaces for each level, on lines of their own; nil for one line without any space.
  package func encoded(indent: Int? = nil) -> [UInt8] {
    guard let root = makeJansson() else { return [] }
    defer { json_decref(root) }
    // JSON_INDENT(n) is n in the low five bits; as a macro with an argument it is not imported.
    let flags = Int(JSON_ENCODE_ANY | JSON_PRESERVE_ORDER) | (indent.map { $0 & 0x1F } ?? Int(JSON_COMPACT))
    var bytes: [UInt8] = []
    withUnsafeMutablePointer(to: &bytes) { target in
      _ = json_dump_callback(
        root,
        { start, count, context in
          guard let context else { return -1 }
          let piece = UnsafeRawBufferPointer(start: start, count: count)
          context.assumingMemoryBound(to: [UInt8].self).pointee.append(contentsOf: piece)
          return 0
        },
        target,
        flags
      )
    }
    return JSONEscapes.escapingControlCharacters(in: bytes)
  }

  /// A new reference, which the caller gives back. Nil only when memory is out.
  private func makeJansson() -> UnsafeMutablePointer<json_t>? {
    switch self {
    case .null: return json_null()
    case .bool(let value): return value ? json_true() : json_false()
    case .integer(let value): return json_integer(json_int_t(value))
    case .real(let value): return json_real(value)
    case .string(let value): return value.withUTF8Copy { json_stringn_nocheck($0, $1) }
    case .array(let elements):
      let array = json_array()
      for element in elements { json_array_append_new(array, element.makeJansson()) }
      return array
    case .object(let members):
      let object = json_object()
      for member in members { json_object_set_new_nocheck(object, member.name, member.value.makeJansson()) }
      return object
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
