import Glibc

/// Directories and what they contain.
package enum Directory {
  /// Finds out whether files can be made in a directory that is open. Nothing is changed.
  ///
  /// - Throws: `SystemError`, also if the directory was removed after it was opened, or is such a working directory.
  static func checkWritable(_ descriptor: Int32) throws(SystemError) {
    if faccessat(descriptor, ".", W_OK | X_OK, 0) != 0 { throw SystemError() }
    var status = stat()
    if fstat(descriptor, &status) == 0, status.st_nlink == 0 { throw SystemError(code: ENOENT) }
  }

  /// True for a directory, and for a symbolic link to one.
  package static func exists(at path: String) -> Bool {
    var status = stat()
    return stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
  }

  /// The names of all entries in the order of the file system, `.` and `..` included.
  ///
  /// - Throws: `SystemError` if the directory cannot be opened.
  package static func names(in directory: String) throws(SystemError) -> [String] {
    guard let stream = opendir(directory) else { throw SystemError() }
    return names(in: stream)
  }

  /// The same for a directory that is open, which stays open.
  static func names(in descriptor: Int32) throws(SystemError) -> [String] {
    let copy = openat(descriptor, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard copy >= 0 else { throw SystemError() }
    guard let stream = fdopendir(copy) else {
      close(copy)
      throw SystemError()
    }
    return names(in: stream)
  }

  private static func names(in stream: OpaquePointer) -> [String] {
    defer { closedir(stream) }
    var names: [String] = []
    while let entry = readdir(stream) {
      names.append(withUnsafeBytes(of: entry.pointee.d_name) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) })
    }
    return names
  }

  /// Makes a directory that only its owner can enter. One that exists already is left as it is. If root makes it, it gets
  /// the owner of the directory above, which may be another user's.
  ///
  /// - Throws: `SystemError` if it cannot be made, for example because its parent does not exist.
  package static func makePrivate(_ path: String) throws(SystemError) {
    try make(path, 0o700)
  }

  /// - Parameter mode: Less what the umask takes away.
  static func make(_ path: String, _ mode: mode_t) throws(SystemError) {
    let found = try ResolvedPath(path)
    guard found.status == nil else { return }
    if mkdirat(found.directory, found.name, mode) != 0 {
      if errno == EEXIST { return }
      throw SystemError()
    }
    let new = openat(found.directory, found.name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)
    guard new >= 0 else { return }
    giveToOwner(of: found.directory, new)
    close(new)
  }

  /// Gives a new file or directory to the owner of the directory that it is in. Only root can do that; for all others the
  /// owner is right already, or the directory is shared.
  ///
  /// A directory was made before it could be opened. Its owner may have given another one its name, so it must be empty.
  static func giveToOwner(of directory: Int32, _ new: Int32) {
    var (owner, status) = (Glibc.stat(), Glibc.stat())
    guard geteuid() == 0, fstat(directory, &owner) == 0, owner.st_uid != 0, fstat(new, &status) == 0 else { return }
    let isDirectory = status.st_mode & S_IFMT == S_IFDIR
    if isDirectory, (try? names(in: new))?.allSatisfy({ $0 == "." || $0 == ".." }) != true { return }
    _ = fchown(new, owner.st_uid, owner.st_gid)
  }
}
