/// Why some JSON is not what was expected. It never quotes the text itself: that may hold a secret.
package enum JSONError: Error, Hashable {
  /// Line and column count from 1; the column is in characters.
  case syntax(line: Int, column: Int, reason: String)
  /// `path` is as people write it: `auths["ghcr.io"].auth`; empty for the outermost value.
  case type(path: String, expected: String, found: String)
  case missing(path: String)
  /// A member whose name another one has as well, where it would have to be known which of them is meant.
  case duplicate(path: String)
}

extension JSONError: CustomStringConvertible {
  package var description: String {
    switch self {
    case .syntax(let line, let column, let reason): "line \(line), column \(column): \(reason)"
    case .type(let path, let expected, let found):
      "\(path.isEmpty ? "the whole" : path) must be \(expected), and is \(found)"
    case .missing(let path): "\(path) is missing"
    case .duplicate(let path): "\(path) stands there twice, and only one of them counts: remove the other"
    }
  }
}
