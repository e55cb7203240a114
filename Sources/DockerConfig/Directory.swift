import Glibc
import SystemPackage

/// A directory, for who wants to know what is in it.
package enum Directory {
  /// In the order of the file system, `.` and `..` among them.
  ///
  /// - Throws: `Errno` where it can't be read.
  package static func names(in directory: String) throws(Errno) -> [String] {
    guard let stream = opendir(directory) else { throw Errno(rawValue: errno) }
    defer { closedir(stream) }
    var names: [String] = []
    while let entry = readdir(stream) {
      names.append(withUnsafeBytes(of: entry.pointee.d_name) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) })
    }
    return names
  }
}
