import Glibc

/// The lock of several programs, by `flock` on a file whose name they agree on. The file is removed together with the lock.
package final class FileLock {
  private let directory: OpenDirectory
  private let name: String
  private let descriptor: Int32

  /// - Returns: Nil if another program has the lock.
  /// - Throws: `SystemError` if the file cannot be made or locked.
  package init?(_ name: String, in directory: OpenDirectory) throws(SystemError) {
    let flags = O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK
    var descriptor = openat(directory.descriptor, name, flags | O_RDWR | O_CREAT, 0o666)
    // Another user's file can be locked without being written.
    if descriptor < 0, errno == EACCES { descriptor = openat(directory.descriptor, name, flags | O_RDONLY) }
    guard descriptor >= 0 else { throw errno == ELOOP ? .link : SystemError() }
    let isLocked = flock(descriptor, LOCK_EX | LOCK_NB) == 0
    let error = SystemError()
    guard isLocked, Self.isFile(descriptor, name, in: directory) else {
      close(descriptor)
      if isLocked || error.code == EWOULDBLOCK { return nil }
      throw error
    }
    directory.giveToOwner(descriptor)
    self.directory = directory
    self.name = name
    self.descriptor = descriptor
  }

  deinit {
    directory.remove(name)
    close(descriptor)
  }

  /// False if who had the lock before has removed the file: others then lock a new one.
  private static func isFile(_ descriptor: Int32, _ name: String, in directory: OpenDirectory) -> Bool {
    var (opened, named) = (stat(), stat())
    return fstat(descriptor, &opened) == 0 && fstatat(directory.descriptor, name, &named, AT_SYMLINK_NOFOLLOW) == 0
      && (opened.st_dev, opened.st_ino) == (named.st_dev, named.st_ino)
  }
}
