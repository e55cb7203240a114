import Glibc

/// Whole files.
package enum File {
  /// All bytes of a file, also of one whose size is not known beforehand, as in `/proc`.
  ///
  /// - Throws: `SystemError` if it cannot be opened or read.
  package static func contents(of path: String) throws(SystemError) -> [UInt8] {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw SystemError() }
    defer { close(descriptor) }
    return try contents(of: descriptor)
  }

  /// All bytes that are left to read from an open file.
  static func contents(of descriptor: Int32) throws(SystemError) -> [UInt8] {
    var status = stat()
    let expected = fstat(descriptor, &status) == 0 ? status.st_size : 0
    // One byte more than the file has, so that one read takes all of it.
    var piece = [UInt8](repeating: 0, count: min(max(expected + 1, 4 << 10), 1 << 20))
    var bytes: [UInt8] = []
    while true {
      let count = read(descriptor, &piece, piece.count)
      if count == 0 { return bytes }
      if count > 0 { bytes += piece[..<count] } else if errno != EINTR { throw SystemError() }
    }
  }
}
