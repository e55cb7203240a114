import CProcess
import Glibc

/// What this process was started with, as text. Swift's strings are Unicode: where the bytes are not UTF-8 they have U+FFFD,
/// and the name of a file would mean another file.
package enum ProgramText {
  /// Checks all arguments, and these environment variables.
  ///
  /// - Throws: `NotUTF8`.
  package static func check(variables: [String]) throws(NotUTF8) {
    // Without the program's own path, which is not used.
    if var next = cprocess_arguments(), next.pointee != nil {
      next += 1
      while let text = next.pointee {
        if String(validatingCString: text) == nil { throw .argument(String(cString: text)) }
        next += 1
      }
    }
    for name in variables where !isText(variable: name) { throw .variable(name) }
  }

  /// False for an environment variable whose value is not UTF-8.
  package static func isText(variable name: String) -> Bool {
    getenv(name).map { String(validatingCString: $0) != nil } ?? true
  }
}

/// Bytes that are not UTF-8, where this program needs text.
package enum NotUTF8: Error, Hashable {
  /// With U+FFFD for what is not text.
  case argument(String)
  /// Its value is not shown: it may be a secret.
  case variable(String)
}

extension NotUTF8: CustomStringConvertible {
  package var description: String {
    switch self {
    case .argument(let text): "the argument \u{201C}\(text)\u{201D} is not valid UTF-8"
    case .variable(let name): "the environment variable \(name) is not valid UTF-8"
    }
  }
}
