import FoundationEssentials

/// A temporary directory, which is deleted together with the value.
package final class TemporaryDirectory: Sendable {
  package let path: String

  /// - Parameter files: The contents of files, by path in the directory.
  package init(_ files: [String: String] = [:]) throws {
    path = FileManager.default.temporaryDirectory.path + "/manifestx-\(UUID())"
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    for (name, text) in files { try write(name, text) }
  }

  package func write(_ name: String, _ text: String) throws {
    let file = "\(path)/\(name)"
    if let slash = file.lastIndex(of: "/") {
      try FileManager.default.createDirectory(atPath: String(file[..<slash]), withIntermediateDirectories: true)
    }
    try Data(text.utf8).write(to: URL(fileURLWithPath: file))
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }
}
