import JSON

/// The functions that read parts of arrays, objects and strings. Those count the bytes of strings.
enum TemplateElements {
  static func count(of value: JSONValue) throws(TemplateProblem) -> Int {
    switch value {
    case .null: return 0
    case .string(let text): return text.utf8.count
    case .array(let elements): return elements.count
    case .object(let members): return members.count
    default: throw TemplateProblem(text: "needs a string, an array or an object, but has \(value.kind)")
    }
  }

  /// What is at an index, of that what is at the next one, and so on. A member that is missing is null.
  static func element(
    of value: JSONValue,
    at indices: ArraySlice<JSONValue>
  ) throws(TemplateProblem) -> JSONValue {
    var value = value
    for index in indices {
      switch value {
      case .null: break
      case .object(let members):
        let name = try index.templateText()
        value = members.first { $0.name == name }?.value ?? .null
      case .array(let elements): value = elements[try position(index, upTo: elements.count - 1)]
      case .string(let text):
        let bytes = Array(text.utf8)
        value = .integer(Int64(bytes[try position(index, upTo: bytes.count - 1)]))
      default: throw TemplateProblem(text: "needs an array or an object, but has \(value.kind)")
      }
    }
    return value
  }

  /// From one index up to another one.
  static func part(
    of value: JSONValue,
    _ indices: ArraySlice<JSONValue>
  ) throws(TemplateProblem) -> JSONValue {
    let count = try count(of: value)
    let end = indices.count > 1 ? try position(indices.last ?? .null, upTo: count) : count
    let start = try indices.first.map { index throws(TemplateProblem) in try position(index, upTo: end) } ?? 0
    switch value {
    case .string(let text): return .string(String(decoding: Array(text.utf8)[start..<end], as: UTF8.self))
    case .array(let elements): return .array(Array(elements[start..<end]))
    case .null: return .null
    default: throw TemplateProblem(text: "needs a string or an array, but has \(value.kind)")
    }
  }

  private static func position(_ index: JSONValue, upTo last: Int) throws(TemplateProblem) -> Int {
    let number = try index.templateInteger()
    guard number >= 0, number <= last else {
      throw TemplateProblem(text: "has the index \(number), which is out of range")
    }
    return number
  }
}
