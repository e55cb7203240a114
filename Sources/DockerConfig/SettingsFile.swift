import JSON
import LocalSystem

/// A JSON file of docker's, and what may be wrong with it.
enum SettingsFile {
  /// Nil where there is no such file.
  ///
  /// - Throws: `SettingsError` if it is there and cannot be used.
  static func read(_ path: String) throws(SettingsError) -> JSONNode? {
    guard let bytes = try contents(path) else { return nil }
    do { return try node(bytes) } catch { throw SettingsError(path: path, reason: .json(error)) }
  }

  static func node(_ bytes: [UInt8]) throws(JSONError) -> JSONNode {
    let text = bytes.dropFirst(byteOrderMark(bytes).count)
    if text.allSatisfy(\.isBlank) { return JSONNode(.object([])) }
    let node = JSONNode(try JSONValue(decoding: Array(text), bigNumbers: .zero))
    _ = try node.members()
    return node
  }

  /// The byte order mark that editors of other systems leave at the beginning; empty where there is none.
  static func byteOrderMark(_ bytes: [UInt8]) -> [UInt8] {
    let mark: [UInt8] = [0xEF, 0xBB, 0xBF]
    return bytes.starts(with: mark) ? mark : []
  }

  static func contents(_ path: String) throws(SettingsError) -> [UInt8]? {
    do { return try File.contents(of: path) } catch {
      if error.isMissingFile { return nil }
      throw SettingsError(path: path, reason: .unreadable(error))
    }
  }
}

/// A file of docker's that cannot be used. Never holds a value of the file: that may be a secret.
package struct SettingsError: Error, Hashable {
  package enum Reason: Hashable, Sendable {
    case unreadable(SystemError)
    case unwritable(SystemError)
    /// Such as a pipe, or /dev/null: nothing that new contents could take the place of.
    case special
    case json(JSONError)
    /// `path` is a JSON path in the file.
    case value(path: String, problem: String)
  }

  package let path: String
  package let reason: Reason
}

extension SettingsError: CustomStringConvertible {
  package var description: String {
    switch reason {
    case .unreadable(let error): "cannot read \(path): \(error)"
    case .unwritable(let error): "cannot write \(path): \(error)"
    case .special: "cannot write \(path): it is not a plain file"
    case .json(.syntax(let line, let column, let reason)): "\(path):\(line):\(column): this is not JSON: \(reason)"
    case .json(let error): "\(path): \(error)"
    case .value(let place, let problem): "\(path): \(place) \(problem)"
    }
  }
}

extension UInt8 {
  var isBlank: Bool { [0x20, 0x09, 0x0A, 0x0D].contains(self) }
}
