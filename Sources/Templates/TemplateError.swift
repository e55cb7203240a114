/// A place in a template. Lines and columns count from 1; columns are in characters.
package struct TemplatePosition: Hashable, Sendable {
  package let line: Int
  package let column: Int
}

/// Why a template cannot be used, and where.
package struct TemplateError: Error, Hashable {
  /// What is wrong. Texts continue a sentence that begins with the position.
  package enum Problem: Hashable, Sendable {
    case syntax(String)
    /// There is no function of this name here. Others have similar names.
    case function(String, known: [String])
    /// A value has no field of this name. `path` ends with the name; `members` are the names that the value has.
    case field(path: String, name: String, members: [String])
    /// The arguments of a function, or the value of a command such as range, are of a wrong kind.
    case value(of: String, String)
    /// The output would be longer, or take longer, than allowed.
    case limit(String)
  }

  package let position: TemplatePosition
  package let problem: Problem
}

extension TemplateError: CustomStringConvertible {
  package var description: String {
    let place = position.line > 1 ? "line \(position.line), column \(position.column)" : "column \(position.column)"
    let text =
      switch problem {
      case .syntax(let text), .limit(let text): text
      case .function(let name, _): "the function \(name) is not supported"
      case .field(let path, _, _): "there is no field \(path)"
      case .value(let name, let text): "\(name) \(text)"
      }
    return "\(place): \(text)"
  }
}
