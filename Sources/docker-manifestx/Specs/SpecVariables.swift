/// What `${NAME}` stands for in the values of a spec file.
struct SpecVariables: Sendable {
  private let value: @Sendable (String) -> String?

  /// - Parameter value: Nil for a variable that is not set.
  init(_ value: @escaping @Sendable (String) -> String?) { self.value = value }

  /// Replaces each `${NAME}` with its value, and `$$` with a dollar sign. Values are not read again: one that contains `${`
  /// stays as it is.
  func replaced(in text: String) throws(Problem) -> String {
    var result = ""
    var rest = text[...]
    while let dollar = rest.firstIndex(of: "$") {
      result += rest[..<dollar]
      rest = rest[rest.index(after: dollar)...]
      if rest.first == "$" {
        rest.removeFirst()
        result += "$"
      } else if rest.first == "{" {
        let end = rest.firstIndex(of: "}") ?? rest.endIndex
        let name = String(rest[..<end].dropFirst())
        guard end < rest.endIndex, Self.isName(name) else { throw .form }
        guard let value = value(name) else { throw .unset(name) }
        result += value
        rest = rest[rest.index(after: end)...]
      } else {
        result += "$"
      }
    }
    return result + rest
  }

  enum Problem: Error, Equatable {
    /// `${` without a name and `}`.
    case form
    case unset(String)
  }

  /// As in a shell.
  static func isName(_ text: String) -> Bool {
    guard let first = text.utf8.first, !(UInt8(ascii: "0")...UInt8(ascii: "9")).contains(first) else { return false }
    return text.utf8.allSatisfy {
      switch $0 {
      case UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "a")...UInt8(ascii: "z"): true
      case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"): true
      default: false
      }
    }
  }
}
