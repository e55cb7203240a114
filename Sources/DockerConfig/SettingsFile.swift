import JSON
import LocalSystem

/// Reads a JSON file of docker's. As for docker, names of fields can be in any case; keys of maps, such as hosts, cannot.
enum SettingsFile {
  /// Nil where there is no such file.
  ///
  /// - Parameter dialect: What docker does with text after the value.
  /// - Throws: `SettingsError` if it exists and cannot be used.
  static func read(_ path: String, as dialect: JSONValue.Dialect) throws(SettingsError) -> JSONNode? {
    guard let bytes = try contents(path) else { return nil }
    do { return try node(bytes, as: dialect) } catch { throw SettingsError(path: path, reason: .json(error)) }
  }

  /// A file with nothing but white space counts as an empty object, as it does for docker.
  static func node(_ bytes: [UInt8], as dialect: JSONValue.Dialect) throws(JSONError) -> JSONNode {
    let text = bytes.dropFirst(bytes.byteOrderMark.count)
    if text.allSatisfy(\.isBlank) { return JSONNode(.object([])) }
    let node = try JSONNode(goDecoding: Array(text), as: dialect)
    _ = try node.members()
    return node
  }

  /// Nil where there is no such file.
  static func contents(_ path: String) throws(SettingsError) -> [UInt8]? {
    do { return try File.contents(of: path) } catch {
      let directory = path[..<(path.lastIndex(of: "/") ?? path.startIndex)]
      if error.isMissingFile(in: String(directory)) { return nil }
      throw SettingsError(path: path, reason: .unreadable(error))
    }
  }
}
