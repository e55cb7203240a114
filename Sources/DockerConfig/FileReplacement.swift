import Glibc
import SystemPackage

/// Gives a file new contents at once: who reads it meanwhile sees the old or the new, and nothing in between.
package enum FileReplacement {
  /// A symlink stays one, and its target gets the contents. An existing file keeps its mode and owner; a new one gets
  /// `mode`.
  ///
  /// - Throws: `Errno`; the file is then as it was.
  package static func replace(_ path: String, with bytes: [UInt8], mode: FilePermissions) throws(Errno) {
    let target = try target(of: path)
    var name = Array("\(target).XXXXXX".utf8CString)
    let number = mkstemp(&name)
    guard number >= 0 else { throw Errno(rawValue: errno) }
    _ = fcntl(number, F_SETFD, FD_CLOEXEC)
    let file = FileDescriptor(rawValue: number)
    let temporary = String(decoding: name.dropLast().map(UInt8.init(bitPattern:)), as: UTF8.self)
    do {
      try file.closeAfter {
        try keepOwner(of: target, in: file, mode: mode)
        try file.writeAll(bytes)
        try check(fsync(number))
      }
      try check(rename(temporary, target))
    } catch {
      unlink(temporary)
      throw error as? Errno ?? .ioError
    }
    syncDirectory(of: target)
  }

  /// Where a chain of symlinks ends, whether or not there is a file.
  private static func target(of path: String) throws(Errno) -> String {
    var path = FilePath(path)
    for _ in 0..<40 {
      var buffer = [CChar](repeating: 0, count: Int(PATH_MAX) + 1)
      let count = readlink(path.string, &buffer, buffer.count - 1)
      if count < 0 {
        if errno == EINVAL || errno == ENOENT { return path.string }
        throw Errno(rawValue: errno)
      }
      let link = FilePath(String(decoding: buffer[..<count].map(UInt8.init(bitPattern:)), as: UTF8.self))
      path = link.isAbsolute ? link : path.removingLastComponent().pushing(link)
    }
    throw .tooManySymbolicLinkLevels
  }

  private static func keepOwner(of target: String, in file: FileDescriptor, mode: FilePermissions) throws {
    var now = Glibc.stat()
    guard stat(target, &now) == 0 else { return try check(fchmod(file.rawValue, mode.rawValue)) }
    var mine = Glibc.stat()
    try check(fstat(file.rawValue, &mine))
    if (mine.st_uid, mine.st_gid) != (now.st_uid, now.st_gid) {
      try check(fchown(file.rawValue, now.st_uid, now.st_gid))
    }
    try check(fchmod(file.rawValue, now.st_mode & 0o7777))
  }

  /// So that the new name is there after a power failure. Not every file system can, and the file is whole either way.
  private static func syncDirectory(of path: String) {
    let directory = FilePath(path).removingLastComponent().string
    let number = open(directory.isEmpty ? "." : directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard number >= 0 else { return }
    _ = fsync(number)
    close(number)
  }

  private static func check(_ result: Int32) throws(Errno) {
    if result != 0 { throw Errno(rawValue: errno) }
  }
}
