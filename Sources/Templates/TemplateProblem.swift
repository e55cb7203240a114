import JSON

/// Why a function has no value. Continues a sentence that begins with its name.
struct TemplateProblem: Error {
  let text: String
}

extension JSONValue {
  /// The text of a string; that of null is empty.
  func templateText() throws(TemplateProblem) -> String {
    switch self {
    case .string(let text): return text
    case .null: return ""
    default: throw TemplateProblem(text: "needs a string, but has \(kind)")
    }
  }

  /// A whole number; that of null is 0.
  func templateInteger() throws(TemplateProblem) -> Int {
    switch self {
    case .integer(let number):
      if let number = Int(exactly: number) { return number }
    case .null: return 0
    default: break
    }
    throw TemplateProblem(text: "needs a whole number, but has \(kind)")
  }
}
