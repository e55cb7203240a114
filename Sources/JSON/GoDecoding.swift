extension JSONNode {
  /// What docker reads as one value with named fields, as Go's decoder reads it: fields in any case, each of those that stand
  /// several times in its turn, and null as an object without members. Objects in arrays are read as everywhere else: there
  /// the last one of two members with the same name counts.
  ///
  /// - Throws: `JSONError.syntax`, with line and column, if the bytes are not JSON.
  package init(goDecoding bytes: [UInt8], as dialect: JSONValue.Dialect = .go) throws(JSONError) {
    switch try JSONValue(decoding: bytes, dialect: dialect) {
    case .object:
      var scanner = JSONScanner(bytes)
      self.init(try JSONValue(scanner.object(), in: bytes), names: .anyCase)
    case .null: self.init(.object([]), names: .anyCase)
    case let value: self.init(value, names: .anyCase)
    }
  }
}

extension JSONValue {
  /// With all members: jansson keeps only the last one of those with the same name.
  fileprivate init(_ object: JSONObjectSpan, in bytes: [UInt8]) throws(JSONError) {
    var members: [JSONMember] = []
    for member in object.members {
      let value =
        if let inner = member.object {
          try JSONValue(inner, in: bytes)
        } else {
          try JSONValue(decoding: Array(bytes[member.value]), dialect: .go)
        }
      members.append(JSONMember(name: member.text, value: value))
    }
    self = .object(members)
  }
}
