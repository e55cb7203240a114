import Glibc

/// Small files in a directory of the user's, each valid for a short time after it was written. Wherever another user could
/// have put something in the way, for example in a shared directory, or if root uses another user's home directory, there
/// is no cache. Nothing here is an error, and nothing waits.
package struct PrivateCache: Sendable {
  private let parent: String
  private let name: String
  private let lifetime: Int
  private let now: @Sendable () -> Int

  /// - Parameters:
  ///   - parent: An absolute path, for example of `~/.cache`. It is made when something is written.
  ///   - name: The name of the cache's own directory in it.
  ///   - lifetime: For how many seconds a file is valid.
  ///   - now: The time in seconds since 1970.
  package init(in parent: String, name: String, lifetime: Int, now: @escaping @Sendable () -> Int = clock) {
    self.parent = parent
    self.name = name
    self.lifetime = lifetime
    self.now = now
  }

  /// Seconds since 1970. time(2) can be one second behind the time that a file has just been given.
  private static func clock() -> Int {
    var now = timespec()
    clock_gettime(CLOCK_REALTIME, &now)
    return now.tv_sec
  }

  /// The bytes of a file; nil if there is none, or it is no longer valid.
  ///
  /// - Parameter key: Two files have the same name only if they have the same key. It has 64 hexadecimal digits, as in all
  ///   functions here.
  package func read(_ key: String) -> [UInt8]? {
    guard Self.isKey(key), let directory = PrivateDirectory(name, in: parent) else { return nil }
    return directory.read(key) { isValid($0) }
  }

  /// Writes a file, and removes those that are no longer valid. False if the file cannot be written.
  package func write(_ bytes: [UInt8], to key: String) -> Bool {
    guard Self.isKey(key), let directory = PrivateDirectory(name, in: parent, makesIt: true) else { return false }
    directory.removeFiles { Self.isOwnName($0) && !isValid($1) }
    // Another process may be writing the same file.
    return directory.write(bytes, to: key, by: "\(key).\(getpid())")
  }

  package func remove(_ key: String) {
    if Self.isKey(key) { PrivateDirectory(name, in: parent)?.remove(key) }
  }

  private func isValid(_ status: stat) -> Bool {
    let (age, overflows) = now().subtractingReportingOverflow(status.st_mtim.tv_sec)
    return !overflows && (0...lifetime).contains(age)
  }

  private static func isKey(_ text: some StringProtocol) -> Bool {
    text.utf8.count == 64 && text.utf8.allSatisfy { "0123456789abcdef".utf8.contains($0) }
  }

  /// A key, or a key and the number of a process that was ended while it wrote.
  private static func isOwnName(_ name: String) -> Bool {
    let parts = name.split(separator: ".", omittingEmptySubsequences: false)
    return isKey(parts[0]) && (parts.count == 1 || parts.count == 2 && pid_t(parts[1]) != nil)
  }
}
