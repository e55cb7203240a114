import Glibc

/// Whole files.
package enum File {
  /// More than docker's settings and lists of certificate authorities have, in bytes.
  private static let limit = 16 << 20

  /// All bytes of a file, also of one whose size is not known beforehand, as in `/proc`. It never waits: nobody may write
  /// into a pipe, and a device may have no end. `/dev/null` is an empty file.
  ///
  /// - Throws: `SystemError` if it cannot be opened or read, or is larger than 16 MiB; `SystemError.notAFile` for a pipe.
  package static func contents(of path: String) throws(SystemError) -> [UInt8] {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY)
    // ENXIO: a socket.
    guard descriptor >= 0 else { throw errno == ENXIO ? .notAFile : SystemError() }
    defer { close(descriptor) }
    return try contents(of: descriptor)
  }

  /// All bytes of a file that the user named. It waits for those of a pipe.
  ///
  /// - Parameters:
  ///   - path: `-` for standard input.
  ///   - limit: In bytes.
  /// - Throws: `SystemError` if it cannot be opened or read, or is larger.
  package static func contents(ofStream path: String, limit: Int) throws(SystemError) -> [UInt8] {
    let descriptor = path == "-" ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY)
    guard descriptor >= 0 else { throw SystemError() }
    defer { if path != "-" { close(descriptor) } }
    return try bytes(of: descriptor, pieces: 64 << 10, limit: limit) { isWorthAnotherTry(descriptor, for: POLLIN) }
  }

  /// Gives a file that is to replace another one the permissions of that one and, as far as the system allows it, its owner.
  /// Not setuid: others chose the contents.
  ///
  /// - Throws: `SystemError` if the permissions cannot be changed.
  static func keepPermissions(of old: stat, _ descriptor: Int32) throws(SystemError) {
    var mode = old.st_mode & 0o777
    // Only root can give a file away; others can pass it to a group that they are in. Another group gets no more than
    // everybody has.
    if fchown(descriptor, old.st_uid, old.st_gid) != 0, fchown(descriptor, uid_t.max, old.st_gid) != 0 {
      mode &= ~0o070 | (mode & 0o007) << 3
    }
    if fchmod(descriptor, mode) != 0 { throw SystemError() }
  }

  /// All bytes that are left to read from an open file.
  static func contents(of descriptor: Int32) throws(SystemError) -> [UInt8] {
    var status = stat()
    guard fstat(descriptor, &status) == 0 else { throw SystemError() }
    if [S_IFIFO, S_IFSOCK].contains(status.st_mode & S_IFMT) { throw .notAFile }
    // One byte more than the file has, so that one read takes all of it.
    return try bytes(of: descriptor, pieces: min(max(status.st_size, 4 << 10), 1 << 20 - 1) + 1, limit: limit) {
      errno == EINTR
    }
  }

  /// - Parameter triesAgain: Whether to do so after the error that `errno` says.
  private static func bytes(
    of descriptor: Int32,
    pieces: Int,
    limit: Int,
    triesAgain: () -> Bool
  ) throws(SystemError) -> [UInt8] {
    var piece = [UInt8](repeating: 0, count: pieces)
    var bytes: [UInt8] = []
    while true {
      let count = read(descriptor, &piece, piece.count)
      if count == 0 { return bytes }
      let error = SystemError()
      if count > 0 { bytes += piece[..<count] } else if !triesAgain() { throw error }
      if bytes.count > limit { throw SystemError(code: EFBIG) }
    }
  }
}
