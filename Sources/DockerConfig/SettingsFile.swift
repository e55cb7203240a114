import JSON
import SystemPackage

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
    do {
      let file = try FileDescriptor.open(FilePath(path), .readOnly, options: .closeOnExec)
      return try file.closeAfter {
        var bytes: [UInt8] = []
        var piece = [UInt8](repeating: 0, count: 64 << 10)
        while true {
          let count = try piece.withUnsafeMutableBytes { try file.read(into: $0) }
          if count == 0 { return bytes }
          bytes += piece[..<count]
        }
      }
    } catch Errno.noSuchFileOrDirectory, Errno.notDirectory {
      return nil
    } catch let error as Errno {
      throw SettingsError(path: path, reason: .unreadable(error))
    } catch {
      throw SettingsError(path: path, reason: .unreadable(.ioError))
    }
  }
}

/// A file of docker's that cannot be used. Never holds a value of the file: that may be a secret.
package struct SettingsError: Error, Hashable {
  package enum Reason: Hashable, Sendable {
    case unreadable(Errno)
    case unwritable(Errno)
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
