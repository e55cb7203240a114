import Glibc
import SystemPackage

/// Gives a file new contents in one step: a reader sees the old contents or the new ones, and nothing in between.
///
/// If the path is a symbolic link, this is about the file that it leads to. That is found once: what is read and what is
/// replaced are the same file, also if another user changes links meanwhile.
package final class FileReplacement: Sendable {
  private let place: ResolvedPath

  /// - Throws: `SystemError`, for example if the directory is missing. A link of a user who is neither this one nor root is
  ///   not followed.
  package init(of path: String) throws(SystemError) { place = try ResolvedPath(path) }

  /// True for a device, a pipe or a directory, which is not replaced.
  package var isSpecial: Bool { place.status.map { $0.st_mode & S_IFMT != S_IFREG } ?? false }

  /// What the file contains; nil if it is missing.
  ///
  /// - Throws: `SystemError` as `File.contents(of:)`.
  package func contents() throws(SystemError) -> [UInt8]? {
    guard let found = place.status else { return nil }
    let flags = O_RDONLY | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK | O_NOCTTY
    let descriptor = openat(place.directory, place.name, flags)
    // ENXIO: a socket. ELOOP: it is a symbolic link by now.
    guard descriptor >= 0 else { throw errno == ENXIO ? .notAFile : errno == ELOOP ? .changed : SystemError() }
    defer { close(descriptor) }
    var status = stat()
    guard fstat(descriptor, &status) == 0 else { throw SystemError() }
    guard (status.st_dev, status.st_ino) == (found.st_dev, found.st_ino) else { throw .changed }
    return try File.contents(of: descriptor)
  }

  /// An existing file keeps its permissions and, as far as the system allows it, its owner. If root makes a new one, it gets
  /// the owner of its directory, which may be another user's.
  ///
  /// - Parameter permissions: Of a new file, without those that the umask removes. By default, it can be read and written by
  ///   its owner only.
  /// - Throws: `SystemError`; the file is then unchanged. A device or a pipe is not replaced, and neither is another file
  ///   than the one that was found.
  package func replace(with bytes: [UInt8], permissions: mode_t = 0o600) throws(SystemError) {
    try checkType()
    let (temporary, descriptor) = try newFile(place.status == nil ? permissions : 0o600)
    do {
      try FileDescriptor(rawValue: descriptor).closeAfter {
        if let old = place.status {
          try File.keepPermissions(of: old, descriptor)
        } else {
          Directory.giveToOwner(of: place.directory, descriptor)
        }
        try write(bytes, to: descriptor)
      }
      guard place.isUnchanged else { throw SystemError.changed }
      try check(renameat(place.directory, temporary, place.directory, place.name))
    } catch {
      unlinkat(place.directory, temporary, 0)
      throw SystemError(error)
    }
    syncDirectory()
  }

  /// Replaces a file that is not read before. One that can only be written where it is does not change in one step: a mount
  /// point, such as a file of a container's host, or a file of another user in a directory such as `/tmp`.
  ///
  /// - Parameter permissions: As above.
  /// - Throws: `SystemError`, as the initializer and the function above.
  package static func replace(
    _ path: String,
    with bytes: [UInt8],
    permissions: mode_t = 0o600
  ) throws(SystemError) {
    let file = try FileReplacement(of: path)
    do { try file.replace(with: bytes, permissions: permissions) } catch {
      guard file.place.status != nil, [EBUSY, EPERM, EACCES, EROFS].contains(error.code) else { throw error }
      try file.overwrite(with: bytes)
    }
  }

  private func overwrite(with bytes: [UInt8]) throws(SystemError) {
    let descriptor = openat(place.directory, place.name, O_WRONLY | O_TRUNC | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK)
    guard descriptor >= 0 else { throw SystemError() }
    do { try FileDescriptor(rawValue: descriptor).closeAfter { try write(bytes, to: descriptor) } } catch {
      throw SystemError(error)
    }
  }

  private func write(_ bytes: [UInt8], to descriptor: Int32) throws {
    try FileDescriptor(rawValue: descriptor).writeAll(bytes)
    try check(fsync(descriptor))
  }

  /// Finds out whether a file can be replaced or written, as far as this is known beforehand. Nothing is changed.
  ///
  /// - Throws: `SystemError`, for example if the directory is missing.
  package static func check(_ path: String) throws(SystemError) {
    // A command that prints into a file that it replaces prints into the old one.
    if let identity = FileIdentity(path), identity == FileIdentity(ofDescriptor: STDOUT_FILENO) {
      throw .standardOutput
    }
    let file = try FileReplacement(of: path)
    try file.checkType()
    guard let status = file.place.status else { return try Directory.checkWritable(file.place.directory) }
    if faccessat(file.place.directory, file.place.name, W_OK, AT_EACCESS) == 0 { return }
    // An immutable file (EPERM), or a read-only file system.
    if errno != EACCES || file.place.isMountPoint { throw SystemError() }
    try file.checkRemovable(status)
  }

  /// A file that the user must not write can be replaced, if it can be removed.
  private func checkRemovable(_ status: stat) throws(SystemError) {
    try Directory.checkWritable(place.directory)
    var directory = stat()
    try check(fstat(place.directory, &directory))
    if directory.st_mode & S_ISVTX != 0, ![status.st_uid, directory.st_uid, 0].contains(geteuid()) {
      throw SystemError(code: EPERM)
    }
  }

  private func checkType() throws(SystemError) {
    switch place.status.map({ $0.st_mode & S_IFMT }) {
    case nil, S_IFREG: return
    case S_IFDIR: throw SystemError(code: EISDIR)
    default: throw .notAFile
    }
  }

  private func newFile(_ permissions: mode_t) throws(SystemError) -> (name: String, descriptor: Int32) {
    while true {
      // Short: the name of the file may be as long as the system allows.
      let name = ".docker-manifestx.\(String(UInt32.random(in: .min ... .max), radix: 36))"
      let flags = O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC
      let descriptor = openat(place.directory, name, flags, permissions)
      if descriptor >= 0 { return (name, descriptor) }
      if errno != EEXIST { throw SystemError() }
    }
  }

  /// Makes the new name survive a power failure. Not every file system can, and the file is whole either way.
  private func syncDirectory() {
    let descriptor = openat(place.directory, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard descriptor >= 0 else { return }
    _ = fsync(descriptor)
    close(descriptor)
  }

  private func check(_ result: Int32) throws(SystemError) {
    if result != 0 { throw SystemError() }
  }
}

extension SystemError {
  fileprivate init(_ error: any Error) {
    self = error as? SystemError ?? SystemError(code: (error as? Errno)?.rawValue ?? EIO)
  }
}
