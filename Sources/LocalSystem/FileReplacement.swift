import Glibc
import SystemPackage

/// Gives a file new contents in one step: a reader sees the old contents or the new ones, and nothing in between.
package enum FileReplacement {
  /// If `path` is a symbolic link, the file it leads to gets the contents. An existing file keeps its permissions and owner
  /// (not setuid: others chose the contents). If root makes a new one, it gets the owner of its directory, which may be
  /// another user's.
  ///
  /// - Parameter permissions: Of a new file. By default, it can be read and written by its owner only.
  /// - Throws: `SystemError`; the file is then unchanged. A link of a user who is neither this one nor root is not
  ///   followed, and a device or a pipe is not replaced.
  package static func replace(
    _ path: String,
    with bytes: [UInt8],
    permissions: mode_t = 0o600
  ) throws(SystemError) {
    let target = try target(of: path)
    try checkType(of: target)
    var name = Array("\(target).XXXXXX".utf8CString)
    let descriptor = mkstemp(&name)
    guard descriptor >= 0 else { throw SystemError() }
    _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
    let temporary = String(decoding: name.dropLast().map(UInt8.init(bitPattern:)), as: UTF8.self)
    do {
      try FileDescriptor(rawValue: descriptor).closeAfter {
        try keepOwner(of: target, in: descriptor, permissions)
        try FileDescriptor(rawValue: descriptor).writeAll(bytes)
        try check(fsync(descriptor))
      }
      try check(rename(temporary, target))
    } catch {
      unlink(temporary)
      throw error as? SystemError ?? SystemError(code: (error as? Errno)?.rawValue ?? EIO)
    }
    syncDirectory(of: target)
  }

  /// Finds out whether `replace` can write this file, as far as this is known beforehand. Nothing is changed.
  ///
  /// - Throws: `SystemError`, for example if the directory is missing.
  package static func check(_ path: String) throws(SystemError) {
    if path.isEmpty { throw SystemError(code: ENOENT) }
    let target = try target(of: path)
    try checkType(of: target)
    let directory = FilePath(target).removingLastComponent().string
    try check(access(directory.isEmpty ? "." : directory, W_OK | X_OK))
  }

  private static func checkType(of target: String) throws(SystemError) {
    var status = Glibc.stat()
    guard stat(target, &status) == 0 else { return }
    switch status.st_mode & S_IFMT {
    case S_IFREG: return
    case S_IFDIR: throw SystemError(code: EISDIR)
    default: throw .notAFile
    }
  }

  /// Where a chain of symbolic links ends, whether or not there is a file.
  private static func target(of path: String) throws(SystemError) -> String {
    var path = FilePath(path)
    for _ in 0..<40 {
      try Directory.checkOwner(ofLinksOn: path)
      var buffer = [CChar](repeating: 0, count: Int(PATH_MAX) + 1)
      let count = readlink(path.string, &buffer, buffer.count - 1)
      if count < 0 {
        if errno == EINVAL || errno == ENOENT { return path.string }
        throw SystemError()
      }
      let link = FilePath(String(decoding: buffer[..<count].map(UInt8.init(bitPattern:)), as: UTF8.self))
      path = link.isAbsolute ? link : path.removingLastComponent().pushing(link)
    }
    throw SystemError(code: ELOOP)
  }

  private static func keepOwner(
    of target: String,
    in descriptor: Int32,
    _ permissions: mode_t
  ) throws(SystemError) {
    var old = Glibc.stat()
    guard stat(target, &old) == 0 else {
      Directory.giveToOwner(ofDirectoryAbove: target, descriptor)
      return try check(fchmod(descriptor, permissions))
    }
    var new = Glibc.stat()
    try check(fstat(descriptor, &new))
    if (new.st_uid, new.st_gid) != (old.st_uid, old.st_gid) {
      try check(fchown(descriptor, old.st_uid, old.st_gid))
    }
    try check(fchmod(descriptor, old.st_mode & 0o777))
  }

  /// Makes the new name survive a power failure. Not every file system can, and the file is whole either way.
  private static func syncDirectory(of path: String) {
    let directory = FilePath(path).removingLastComponent().string
    let descriptor = open(directory.isEmpty ? "." : directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard descriptor >= 0 else { return }
    _ = fsync(descriptor)
    close(descriptor)
  }

  private static func check(_ result: Int32) throws(SystemError) {
    if result != 0 { throw SystemError() }
  }
}
