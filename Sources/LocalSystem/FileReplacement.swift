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

  /// An existing file keeps its permissions and owner (not setuid: others chose the contents). If root makes a new one, it
  /// gets the owner of its directory, which may be another user's.
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
        try keepOwner(in: descriptor)
        try FileDescriptor(rawValue: descriptor).writeAll(bytes)
        try check(fsync(descriptor))
      }
      guard place.isUnchanged else { throw SystemError.changed }
      try check(renameat(place.directory, temporary, place.directory, place.name))
    } catch {
      unlinkat(place.directory, temporary, 0)
      throw error as? SystemError ?? SystemError(code: (error as? Errno)?.rawValue ?? EIO)
    }
    syncDirectory()
  }

  /// Replaces the contents of a file that is not read before.
  ///
  /// - Throws: `SystemError`, as the initializer and the function above.
  package static func replace(
    _ path: String,
    with bytes: [UInt8],
    permissions: mode_t = 0o600
  ) throws(SystemError) {
    try FileReplacement(of: path).replace(with: bytes, permissions: permissions)
  }

  /// Finds out whether `replace` can write this file, as far as this is known beforehand. Nothing is changed.
  ///
  /// - Throws: `SystemError`, for example if the directory is missing.
  package static func check(_ path: String) throws(SystemError) {
    // A command that prints into a file that it replaces prints into the old one.
    if let identity = FileIdentity(path), identity == FileIdentity(ofDescriptor: STDOUT_FILENO) {
      throw .standardOutput
    }
    let file = try FileReplacement(of: path)
    try file.checkType()
    try Directory.checkWritable(file.place.directory)
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

  private func keepOwner(in descriptor: Int32) throws(SystemError) {
    guard let old = place.status else { return Directory.giveToOwner(of: place.directory, descriptor) }
    var new = stat()
    try check(fstat(descriptor, &new))
    if (new.st_uid, new.st_gid) != (old.st_uid, old.st_gid) {
      try check(fchown(descriptor, old.st_uid, old.st_gid))
    }
    try check(fchmod(descriptor, old.st_mode & 0o777))
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
