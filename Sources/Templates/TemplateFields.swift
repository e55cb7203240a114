import JSON

/// How fields are found in a value.
struct TemplateFields {
  private let optional: [String]
  private let optionalKeys: Set<String>

  init(optional: [String]) {
    self.optional = optional
    optionalKeys = Set(optional.map(Self.key))
  }

  /// The form in which a name of Go and a name of JSON are equal.
  static func key(_ name: String) -> String { name.lowercased().filter { $0 != "." && $0 != "_" } }

  /// - Parameter path: Of the field, for an error.
  func value(_ field: TemplateField, of value: JSONValue, path: String) throws(TemplateError) -> JSONValue {
    var members: [JSONMember] = []
    switch value {
    case .object(let all): members = all
    case .null: break
    case .array:
      throw wrong(field, path, "cannot be read of an array. Use range, or index")
    default: throw wrong(field, path, "cannot be read of \(value.kind)")
    }
    if let exact = members.first(where: { $0.name == field.name }) { return exact.value }
    let folded = field.name.lowercased()
    if let same = members.first(where: { $0.name.lowercased() == folded }) { return same.value }
    let key = Self.key(field.name)
    if let similar = members.first(where: { Self.key($0.name) == key }) { return similar.value }
    if optionalKeys.contains(key) { return .null }
    throw TemplateError(
      position: field.position,
      problem: .field(path: path, name: field.name, members: members.map(\.name) + optional)
    )
  }

  private func wrong(_ field: TemplateField, _ path: String, _ text: String) -> TemplateError {
    TemplateError(position: field.position, problem: .value(of: path, text))
  }
}
