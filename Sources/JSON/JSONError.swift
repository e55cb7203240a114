/// Why some JSON is not what was expected. It quotes names of members, and never values: those may be secrets.
package enum JSONError: Error, Hashable {
  /// Line and column count from 1; the column is in characters.
  case syntax(line: Int, column: Int, reason: String)
  /// `path` has the usual notation: `auths["ghcr.io"].auth`; empty for the outermost value.
  case type(path: String, expected: String, found: String)
  /// The value at `path` has the right type. `problem` continues the sentence that begins with the path.
  case value(path: String, problem: String)
  case missing(path: String)
  /// A member whose name another one has as well, where it would have to be known which of them is meant.
  case duplicate(path: String)
  /// Two members of the object at `path` have names that Go treats as the same.
  case sameName(path: String, String, String)
  /// The member at `path` has this name in another case.
  case otherCase(path: String, name: String)
  /// Objects and arrays are nested more levels deep than this.
  case tooDeep(limit: Int)
  /// It has so many parts that it would take too much memory.
  case tooComplex
}

extension JSONError: CustomStringConvertible {
  package var description: String {
    switch self {
    case .syntax(let line, let column, let reason): "invalid JSON: line \(line), column \(column): \(reason)"
    case .type(let path, let expected, let found):
      "\(path.isEmpty ? "the document" : path) must be \(expected), but is \(found)"
    case .value(let path, let problem): "\(path) \(problem)"
    case .missing(let path): "\(path) is missing"
    case .duplicate(let path): "\(path) occurs twice. Remove one of them"
    case .sameName(let path, let first, let second):
      (path.isEmpty ? "" : "\(path): ")
        + (first == second
          ? "two members have the name \u{201C}\(first)\u{201D}"
          : "docker treats \u{201C}\(first)\u{201D} and \u{201C}\(second)\u{201D} as the same name")
        + ", and other programs may use the other value"
    case .otherCase(let path, let name):
      "\(path) must be spelled \u{201C}\(name)\u{201D}: some programs ignore other spellings"
    case .tooDeep(let limit): "it is nested more than \(limit) levels deep"
    case .tooComplex: "it has too many members and elements"
    }
  }
}
