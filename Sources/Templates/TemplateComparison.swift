import JSON

/// `eq`, `ne`, `lt`, `le`, `gt` and `ge`.
enum TemplateComparison {
  static func result(
    of function: TemplateFunction,
    _ arguments: [JSONValue]
  ) throws(TemplateProblem) -> Bool {
    let (one, other) = (arguments[0], arguments[1])
    switch function {
    case .eq:
      // True if the first is equal to any other.
      for other in arguments.dropFirst() where try areEqual(one, other) { return true }
      return false
    case .ne: return try !areEqual(one, other)
    case .lt: return try isLess(one, other)
    case .le: return try !isLess(other, one)
    case .gt: return try isLess(other, one)
    default: return try !isLess(one, other)
    }
  }

  private static func areEqual(_ one: JSONValue, _ other: JSONValue) throws(TemplateProblem) -> Bool {
    switch (one, other) {
    case (.null, .null): return true
    // What is missing is equal to what is empty.
    case (.null, let value), (let value, .null): return !value.isTrue
    case (.bool(let one), .bool(let other)): return one == other
    case (.integer(let one), .integer(let other)): return one == other
    case (.string(let one), .string(let other)): return one.utf8.elementsEqual(other.utf8)
    default:
      if let one = one.number, let other = other.number { return one == other }
      throw problem(one, other)
    }
  }

  private static func isLess(_ one: JSONValue, _ other: JSONValue) throws(TemplateProblem) -> Bool {
    switch (one, other) {
    case (.integer(let one), .integer(let other)): return one < other
    case (.string, .string), (.string, .null), (.null, .string):
      return try one.templateText().utf8.lexicographicallyPrecedes(other.templateText().utf8)
    default:
      if let one = one.number ?? one.emptyNumber, let other = other.number ?? other.emptyNumber { return one < other }
      throw problem(one, other)
    }
  }

  private static func problem(_ one: JSONValue, _ other: JSONValue) -> TemplateProblem {
    TemplateProblem(text: "cannot compare \(one.kind) with \(other.kind)")
  }
}

extension JSONValue {
  fileprivate var number: Double? {
    switch self {
    case .integer(let number): Double(number)
    case .real(let number): number
    default: nil
    }
  }

  fileprivate var emptyNumber: Double? { self == .null ? 0 : nil }
}
