import JSON

extension JSONValue {
  /// As in Go: zero, and everything that is empty, is false.
  var isTrue: Bool {
    switch self {
    case .null: false
    case .bool(let value): value
    case .integer(let value): value != 0
    case .real(let value): value != 0
    case .string(let text): !text.isEmpty
    case .array(let elements): !elements.isEmpty
    case .object(let members): !members.isEmpty
    }
  }
}

extension [JSONMember] {
  /// As Go prints maps and goes through them.
  var sortedByName: [JSONMember] { sorted { $0.name.utf8.lexicographicallyPrecedes($1.name.utf8) } }
}
