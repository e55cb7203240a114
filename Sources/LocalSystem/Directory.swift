import Glibc
import SystemPackage

/// Directories and what they contain.
package enum Directory {
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
    if mkdir(path, 0o700) != 0 {
      if errno == EEXIST { return }
      throw SystemError()
    }
    giveToOwner(ofDirectoryAbove: path)
  }

  /// Gives a new directory to the owner of the directory that it is in.
  static func giveToOwner(ofDirectoryAbove path: String) {
    let descriptor = open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)
    guard descriptor >= 0 else { return }
    giveToOwner(ofDirectoryAbove: path, descriptor)
    close(descriptor)
  }

  /// Gives a new file or directory to the owner of the directory that it is in. Only root can do that; for all others the
  /// owner is right already, or the directory is shared.
  static func giveToOwner(ofDirectoryAbove path: String, _ descriptor: Int32) {
    let above = FilePath(path).removingLastComponent().string
    var status = Glibc.stat()
    guard geteuid() == 0, stat(above.isEmpty ? "." : above, &status) == 0, status.st_uid != 0 else { return }
    _ = fchown(descriptor, status.st_uid, status.st_gid)
  }

  /// - Throws: `SystemError.foreignLink` if the path, or a directory on it, is a symbolic link of a user who is neither this
  ///   one nor root.
  static func checkOwner(ofLinksOn path: FilePath) throws(SystemError) {
    var part = path
    while !part.components.isEmpty {
      var status = Glibc.stat()
      let isLink = lstat(part.string, &status) == 0 && status.st_mode & S_IFMT == S_IFLNK
      if isLink, ![geteuid(), 0].contains(status.st_uid) { throw .foreignLink }
      part.removeLastComponent()
    }
  }
}
