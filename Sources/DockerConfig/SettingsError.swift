import JSON
import LocalSystem

/// One of docker's settings, in a file or in a variable, that cannot be used. Never contains a value: that may be a secret.
package struct SettingsError: Error, Hashable {
  package enum Reason: Hashable, Sendable {
    case unreadable(SystemError)
    case unwritable(SystemError)
    /// Not a regular file but, for example, a pipe or /dev/null, which cannot be replaced.
    case special
    /// The file is not used. The text continues the sentence that begins with the file.
    case unused(String)
    case json(JSONError)
    /// `path` is a JSON path in the file; `problem` continues the sentence that begins with it.
    case value(path: String, problem: String)
    /// The same for a stored credential that cannot be decoded.
    case credential(path: String, problem: String)
  }

  /// The file, or the variable's name.
  package let path: String
  package let reason: Reason
}

extension SettingsError: CustomStringConvertible {
  package var description: String {
    switch reason {
    case .unreadable(let error): "cannot read \(path): \(error)"
    case .unwritable(let error): "cannot write \(path): \(error)"
    case .special: "cannot write \(path): it is not a regular file"
    case .unused(let why): "\(path) \(why)"
    case .json(.syntax(let line, let column, let reason)): "\(path):\(line):\(column): invalid JSON: \(reason)"
    case .json(let error): "\(path): \(error)"
    case .value(let place, let problem), .credential(let place, let problem): "\(path): \(place) \(problem)"
    }
  }
}
