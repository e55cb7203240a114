import Glibc

/// The lock of several programs, by `flock` on a file whose name they agree on. The file is removed together with the lock.
package final class FileLock {
  private let directory: OpenDirectory
  private let name: String
  private let descriptor: Int32

  /// - Returns: Nil if another program has the lock.
  /// - Throws: `SystemError` if the file cannot be made or locked.
  package init?(_ name: String, in directory: OpenDirectory) throws(SystemError) {
    guard let descriptor = try Self.open(name, in: directory) else { return nil }
    let isLocked = flock(descriptor, LOCK_EX | LOCK_NB) == 0
    let error = SystemError()
    guard isLocked, Self.isFile(descriptor, name, in: directory) else {
      close(descriptor)
      if isLocked || error.code == EWOULDBLOCK { return nil }
      throw error
    }
    self.directory = directory
    self.name = name
    self.descriptor = descriptor
  }

  deinit {
    directory.remove(name)
    close(descriptor)
  }

  /// Nil if another program has removed the file at this moment.
  private static func open(_ name: String, in directory: OpenDirectory) throws(SystemError) -> Int32? {
    let flags = O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK
    let new = openat(directory.descriptor, name, flags | O_RDWR | O_CREAT | O_EXCL, 0o666)
    if new >= 0 {
      // Only this one: another may be any file, which whoever owns the directory has given this name.
      directory.giveToOwner(new)
      return new
    }
    guard errno == EEXIST else { throw SystemError() }
    var found = openat(directory.descriptor, name, flags | O_RDWR)
    // Another user's file can be locked without being written.
    if found < 0, errno == EACCES { found = openat(directory.descriptor, name, flags | O_RDONLY) }
    if found >= 0 { return found }
    if errno == ENOENT { return nil }
    throw errno == ELOOP ? .link : SystemError()
  }

  /// False if who had the lock before has removed the file: others then lock a new one.
  private static func isFile(_ descriptor: Int32, _ name: String, in directory: OpenDirectory) -> Bool {
    var (opened, named) = (stat(), stat())
    return fstat(descriptor, &opened) == 0 && fstatat(directory.descriptor, name, &named, AT_SYMLINK_NOFOLLOW) == 0
      && (opened.st_dev, opened.st_ino) == (named.st_dev, named.st_ino)
  }
}
