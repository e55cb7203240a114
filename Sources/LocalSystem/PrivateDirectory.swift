import Glibc

/// A directory that only this user can read and change, opened once: what is done in it afterwards does not depend on paths
/// that others may change, and follows no symbolic link.
struct PrivateDirectory: ~Copyable {
  private let descriptor: Int32

  /// Nil if the directory is missing, belongs to another user, or can be entered by others, or if its parent, or a
  /// symbolic link on the way there, belongs to another user than this one or root.
  ///
  /// - Parameter makesIt: It is made if it is missing, and so is its parent.
  init?(_ name: String, in parent: String, makesIt: Bool = false) {
    guard let above = Self.open(parent: parent, makesIt: makesIt) else { return nil }
    if makesIt { mkdirat(above.descriptor, name, 0o700) }
    let descriptor = openat(above.descriptor, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK)
    guard descriptor >= 0 else { return nil }
    var status = stat()
    guard fstat(descriptor, &status) == 0, status.st_uid == geteuid(), status.st_mode & 0o077 == 0 else {
      close(descriptor)
      return nil
    }
    self.descriptor = descriptor
  }

  deinit { close(descriptor) }

  private static func open(parent: String, makesIt: Bool) -> OpenDirectory? {
    if makesIt, access(parent, F_OK) != 0, isOwn(directoryAbove: parent) { mkdir(parent, 0o700) }
    guard let directory = try? OpenDirectory(parent) else { return nil }
    var status = stat()
    let isTrusted = fstat(directory.descriptor, &status) == 0 && [geteuid(), 0].contains(status.st_uid)
    return isTrusted ? directory : nil
  }

  private static func isOwn(directoryAbove path: String) -> Bool {
    guard let slash = path.lastIndex(of: "/") else { return false }
    var status = stat()
    return stat(path[..<slash] + "/", &status) == 0 && status.st_uid == geteuid()
  }

  /// The bytes of a file. Nil if there is no such regular file of this user.
  ///
  /// - Parameter isUsable: Says whether to read it.
  func read(_ name: String, ifUsable isUsable: (stat) -> Bool) -> [UInt8]? {
    let file = openat(descriptor, name, O_RDONLY | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK)
    guard file >= 0 else { return nil }
    defer { close(file) }
    var status = stat()
    guard fstat(file, &status) == 0, Self.isOwnFile(status), isUsable(status) else { return nil }
    return try? File.contents(of: file)
  }

  /// Replaces a file in one step. False if that is not possible.
  ///
  /// - Parameter temporary: The name of the file until it is complete. Nobody else uses it.
  func write(_ bytes: [UInt8], to name: String, by temporary: String) -> Bool {
    remove(temporary)
    let file = openat(descriptor, temporary, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0o600)
    guard file >= 0 else { return false }
    let isWritten = bytes.withUnsafeBytes { Glibc.write(file, $0.baseAddress, $0.count) } == bytes.count
    if close(file) == 0, isWritten, renameat(descriptor, temporary, descriptor, name) == 0 { return true }
    remove(temporary)
    return false
  }

  func remove(_ name: String) { unlinkat(descriptor, name, 0) }

  /// Removes regular files of this user.
  ///
  /// - Parameter isOld: Called with the name and the state of each.
  func removeFiles(where isOld: (String, stat) -> Bool) {
    for name in (try? Directory.names(in: descriptor)) ?? [] {
      var status = stat()
      guard fstatat(descriptor, name, &status, AT_SYMLINK_NOFOLLOW) == 0, Self.isOwnFile(status) else { continue }
      if isOld(name, status) { remove(name) }
    }
  }

  private static func isOwnFile(_ status: stat) -> Bool {
    status.st_mode & S_IFMT == S_IFREG && status.st_uid == geteuid()
  }
}
