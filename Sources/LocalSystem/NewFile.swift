import Glibc
import Synchronization

/// A file that gets its name only when it is complete. Until then it has another name in the same directory, and is
/// removed together with this value, or by `removeUnfinished()`. What a program that was killed has left is removed by
/// `removeAbandonedFiles()`.
package final class NewFile {
  private let directory: OpenDirectory
  private let temporaryName: String
  private let descriptor: Int32
  private var isComplete = false

  private struct Unfinished {
    /// What this process is writing.
    var files: [String: OpenDirectory] = [:]
    /// True once the process ends.
    var isOver = false
  }

  private static let unfinished = Mutex(Unfinished())

  /// - Throws: `SystemError` if no file can be made in the directory.
  package init(in directory: OpenDirectory) throws(SystemError) {
    self.directory = directory
    (temporaryName, descriptor) = try Self.unfinished.withLock { unfinished throws(SystemError) in
      if unfinished.isOver { throw SystemError(code: EINTR) }
      let file = try Self.make(in: directory)
      unfinished.files[file.name] = directory
      return file
    }
  }

  deinit {
    if !isComplete { directory.remove(temporaryName) }
    _ = Self.unfinished.withLock { $0.files.removeValue(forKey: temporaryName) }
    close(descriptor)
  }

  /// Removes the files that are not complete, and makes no more. To be called before the process ends, if its tasks go on
  /// until then.
  package static func removeUnfinished() {
    let files = unfinished.withLock { unfinished in
      unfinished.isOver = true
      return unfinished.files
    }
    for (name, directory) in files { directory.remove(name) }
  }

  /// The file is locked as long as it is written, which tells it from an abandoned one.
  private static func make(in directory: OpenDirectory) throws(SystemError) -> (name: String, descriptor: Int32) {
    while true {
      let name = TemporaryName.random()
      let flags = O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC
      let descriptor = openat(directory.descriptor, name, flags, 0o666)
      guard descriptor >= 0 else {
        if errno == EEXIST { continue }
        throw SystemError()
      }
      // Another process may have found it between these two calls, and removed it.
      let isLocked = flock(descriptor, LOCK_EX | LOCK_NB) == 0 || errno != EWOULDBLOCK
      var status = stat()
      if isLocked, fstat(descriptor, &status) == 0, status.st_nlink > 0 {
        directory.giveToOwner(descriptor)
        return (name, descriptor)
      }
      close(descriptor)
    }
  }

  /// True for the name that a file has until it is complete.
  package static func isTemporary(_ name: String) -> Bool { TemporaryName.matches(name) }

  /// - Throws: `SystemError`, for example if the disk is full.
  package func write(_ bytes: [UInt8]) throws(SystemError) {
    var rest = bytes[...]
    while !rest.isEmpty {
      let count = rest.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
      if count >= 0 { rest = rest.dropFirst(count) } else if errno != EINTR { throw SystemError() }
    }
  }

  /// - Parameter offset: Of the first byte in the file. What is before it may be missing.
  /// - Throws: `SystemError`, for example if the disk is full.
  package func write(_ bytes: [UInt8], at offset: Int64) throws(SystemError) {
    var (rest, offset) = (bytes[...], offset)
    while !rest.isEmpty {
      let count = rest.withUnsafeBytes { pwrite(descriptor, $0.baseAddress, $0.count, Int(offset)) }
      if count >= 0 {
        (rest, offset) = (rest.dropFirst(count), offset + Int64(count))
      } else if errno != EINTR {
        throw SystemError()
      }
    }
  }

  /// Gives the file its name, in the place of a file that has it already. It is on the disk then: a power failure leaves
  /// the old file or the whole new one.
  ///
  /// - Parameter keepsPermissions: The new file gets the permissions and, as far as the system allows it, the owner of the
  ///   one that it replaces.
  /// - Throws: `SystemError`; nothing has changed then.
  package func complete(as name: String, keepsPermissions: Bool = false) throws(SystemError) {
    if keepsPermissions { try keepPermissions(of: name) }
    guard fsync(descriptor) == 0, renameat(directory.descriptor, temporaryName, directory.descriptor, name) == 0 else {
      throw SystemError()
    }
    isComplete = true
  }

  private func keepPermissions(of name: String) throws(SystemError) {
    var old = stat()
    guard fstatat(directory.descriptor, name, &old, AT_SYMLINK_NOFOLLOW) == 0, old.st_mode & S_IFMT == S_IFREG else {
      return
    }
    try File.keepPermissions(of: old, descriptor)
  }
}

extension OpenDirectory {
  /// Removes the files that a `NewFile` of a killed process has left here.
  package func removeAbandonedFiles() {
    for name in (try? names()) ?? [] where TemporaryName.matches(name) {
      let file = openat(descriptor, name, O_RDONLY | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK)
      guard file >= 0 else { continue }
      if flock(file, LOCK_EX | LOCK_NB) == 0 { remove(name) }
      close(file)
    }
  }
}

/// The names of unfinished files.
private enum TemporaryName {
  private static let prefix = ".docker-manifestx-"

  static func random() -> String { prefix + String(UInt64.random(in: .min ... .max), radix: 16) }

  static func matches(_ name: String) -> Bool {
    name.hasPrefix(prefix) && UInt64(name.dropFirst(prefix.count), radix: 16) != nil
  }
}
