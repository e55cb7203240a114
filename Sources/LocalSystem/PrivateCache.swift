import Glibc
import SystemPackage

/// Small files in a directory of the user's, each valid for a short time after it was written. A file that belongs to
/// another user, or is a symbolic link, is not read.
package struct PrivateCache: Sendable {
  private let directory: String
  private let lifetime: Int
  private let now: @Sendable () -> Int

  /// - Parameters:
  ///   - directory: An absolute path. The directory and its parent are made when something is written.
  ///   - lifetime: For how many seconds a file is valid.
  ///   - now: The time in seconds since 1970.
  package init(directory: String, lifetime: Int, now: @escaping @Sendable () -> Int = { time(nil) }) {
    self.directory = directory
    self.lifetime = lifetime
    self.now = now
  }

  /// The bytes of a file; nil if there is none, or it is no longer valid.
  ///
  /// - Parameter name: A file name without slashes, as in all functions here.
  package func read(_ name: String) -> [UInt8]? {
    let descriptor = open(path(name), O_RDONLY | O_CLOEXEC | O_NOFOLLOW)
    guard descriptor >= 0 else { return nil }
    defer { close(descriptor) }
    var status = Glibc.stat()
    guard fstat(descriptor, &status) == 0, isValid(status), status.st_uid == geteuid() else { return nil }
    return try? File.contents(of: descriptor)
  }

  /// Writes a file, and removes those that are no longer valid.
  ///
  /// - Throws: `SystemError` if the file cannot be written.
  package func write(_ bytes: [UInt8], to name: String) throws(SystemError) {
    for directory in [FilePath(directory).removingLastComponent().string, directory] {
      try? Directory.makePrivate(directory)
    }
    removeOld()
    try FileReplacement.replace(path(name), with: bytes)
  }

  package func remove(_ name: String) { unlink(path(name)) }

  private func path(_ name: String) -> String { "\(directory)/\(name)" }

  private func removeOld() {
    for name in (try? Directory.names(in: directory)) ?? [] where !name.hasPrefix(".") {
      var status = Glibc.stat()
      if stat(path(name), &status) == 0, !isValid(status) { unlink(path(name)) }
    }
  }

  private func isValid(_ status: stat) -> Bool { (0...lifetime).contains(now() - status.st_mtim.tv_sec) }
}
