import Glibc

/// What tells whether two paths lead to one file, and who can read it.
package struct FileIdentity: Hashable, Sendable {
  private let device: UInt64
  private let number: UInt64
  /// The permissions, as `chmod` has them.
  package let mode: UInt32

  /// Nil if there is no such file. Symbolic links are followed.
  package init?(_ path: String) {
    var status = stat()
    guard stat(path, &status) == 0 else { return nil }
    self.init(status)
  }

  /// Nil if the descriptor is closed.
  init?(ofDescriptor descriptor: Int32) {
    var status = stat()
    guard fstat(descriptor, &status) == 0 else { return nil }
    self.init(status)
  }

  private init(_ status: stat) {
    (device, number, mode) = (UInt64(status.st_dev), UInt64(status.st_ino), UInt32(status.st_mode) & 0o7777)
  }

  /// True if users other than the owner can read it.
  package var isReadableByOthers: Bool { mode & 0o044 != 0 }
}
