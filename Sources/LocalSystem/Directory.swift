import Glibc

/// Directories and what they contain.
package enum Directory {
  /// The names of all entries in the order of the file system, `.` and `..` included.
  ///
  /// - Throws: `SystemError` if the directory cannot be opened.
  package static func names(in directory: String) throws(SystemError) -> [String] {
    guard let stream = opendir(directory) else { throw SystemError() }
    defer { closedir(stream) }
    var names: [String] = []
    while let entry = readdir(stream) {
      names.append(withUnsafeBytes(of: entry.pointee.d_name) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) })
    }
    return names
  }

  /// Makes a directory that only its owner can enter. One that exists already is left as it is.
  ///
  /// - Throws: `SystemError` if it cannot be made, for example because its parent does not exist.
  package static func makePrivate(_ path: String) throws(SystemError) {
    if mkdir(path, 0o700) != 0, errno != EEXIST { throw SystemError() }
  }
}
