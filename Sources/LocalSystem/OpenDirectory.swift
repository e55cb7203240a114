import Glibc
import Synchronization
import SystemPackage

/// A directory that is open: what is done in it does not depend on paths that others may change, and follows no symbolic
/// link. All names are those of entries in it, without slashes.
package final class OpenDirectory: Sendable {
  let descriptor: Int32

  private init(opened descriptor: Int32) { self.descriptor = descriptor }

  /// - Parameter path: Symbolic links of this user or root are followed.
  /// - Throws: `SystemError`; `SystemError.foreignLink` if another user's symbolic link is on the path.
  package init(_ path: String) throws(SystemError) {
    let flags = O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK
    if path.utf8.allSatisfy({ $0 == UInt8(ascii: "/") }), !path.isEmpty {
      descriptor = Glibc.open("/", flags)
    } else {
      let found = try ResolvedPath(path)
      descriptor = openat(found.directory, found.name, flags)
    }
    guard descriptor >= 0 else { throw SystemError() }
  }

  /// Finds the directory of a file that will be written or read, and the file's name there; it may be missing. If the path
  /// is a symbolic link, this is about the file that it leads to.
  ///
  /// - Throws: `SystemError`, for example if the directory is missing; `SystemError.foreignLink` if another user's symbolic
  ///   link is on the path.
  package static func ofFile(_ path: String) throws(SystemError) -> (directory: OpenDirectory, name: String) {
    let place = try ResolvedPath(path)
    let descriptor = openat(place.directory, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard descriptor >= 0 else { throw SystemError() }
    return (OpenDirectory(opened: descriptor), place.name)
  }

  /// Makes a directory, and those above it that are missing. One that exists already is left as it is. What root makes
  /// gets the owner of the directory above, which may be another user's.
  ///
  /// - Throws: `SystemError`.
  package static func make(_ path: String) throws(SystemError) {
    let whole = FilePath(path)
    var part = FilePath(root: whole.root, [])
    for component in whole.components {
      part.append(component)
      try Directory.make(part.string, 0o777)
    }
  }

  /// Finds out whether `make` can make a directory, as far as this is known beforehand, or files can be made in one that
  /// exists. Nothing is changed.
  ///
  /// - Throws: `SystemError`.
  package static func check(canMake path: String) throws(SystemError) {
    var part = FilePath(path)
    while true {
      do { return try OpenDirectory(part.isEmpty ? "." : part.string).checkWritable() } catch {
        guard error.code == ENOENT, !part.components.isEmpty else { throw error }
        part.removeLastComponent()
      }
    }
  }

  deinit { close(descriptor) }

  /// Finds out whether files can be made in the directory. Nothing is changed.
  ///
  /// - Throws: `SystemError`.
  package func checkWritable() throws(SystemError) {
    try Directory.checkWritable(descriptor)
  }

  /// - Throws: `SystemError`; `SystemError.link` if it is a symbolic link.
  package func directory(_ name: String) throws(SystemError) -> OpenDirectory {
    OpenDirectory(opened: try open(name, O_RDONLY | O_DIRECTORY))
  }

  /// Makes a directory if there is no entry of this name. Another task that makes it, too, finds it with its owner.
  ///
  /// - Throws: `SystemError`.
  package func makeDirectory(_ name: String) throws(SystemError) {
    try Self.making.withLock { _ throws(SystemError) in
      if mkdirat(descriptor, name, 0o777) == 0 {
        withExtendedLifetime(try directory(name)) { giveToOwner($0.descriptor) }
      } else if errno != EEXIST {
        throw SystemError()
      }
    }
  }

  private static let making = Mutex(())

  /// - Throws: `SystemError`; `SystemError.link` if it is a symbolic link, `SystemError.notAFile` if it is not a regular
  ///   file.
  package func file(_ name: String) throws(SystemError) -> ReadableFile {
    try ReadableFile(opened: open(name, O_RDONLY | O_NOCTTY))
  }

  private func open(_ name: String, _ flags: Int32) throws(SystemError) -> Int32 {
    let opened = openat(descriptor, name, flags | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK)
    guard opened < 0 else { return opened }
    let error = SystemError()
    var status = stat()
    let isThere = fstatat(descriptor, name, &status, AT_SYMLINK_NOFOLLOW) == 0
    if isThere, status.st_mode & S_IFMT == S_IFLNK { throw .link }
    // ENXIO: a socket.
    throw error.code == ENXIO ? .notAFile : error
  }

  /// The names of all entries in the order of the file system, without `.` and `..`.
  package func names() throws(SystemError) -> [String] {
    try Directory.names(in: descriptor).filter { $0 != "." && $0 != ".." }
  }

  /// Makes the names of new files survive a power failure. Not every file system can, and the files are whole either way.
  package func synchronize() { _ = fsync(descriptor) }

  func remove(_ name: String) { unlinkat(descriptor, name, 0) }

  /// Gives a new file or directory in this one to the owner of this one. Only root can do that.
  func giveToOwner(_ new: Int32) { Directory.giveToOwner(of: descriptor, new) }
}
