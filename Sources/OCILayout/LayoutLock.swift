import LocalSystem

/// The lock of the programs that write one layout. Only what must not happen twice at the same time is done with it.
struct LayoutLock {
  /// In the directory.
  let file: String
  let directory: OpenDirectory
  /// How messages name the file.
  let name: String
  /// How long to wait for other programs.
  var timeout: Duration = .seconds(30)

  /// Does something while no other program holds the lock.
  ///
  /// - Throws: `LayoutError.locked` if another one holds it for too long; what `body` throws.
  func hold<Value>(_ body: () throws -> Value) async throws -> Value {
    let deadline = ContinuousClock.now + timeout
    while true {
      if let lock = try lock() { return try withExtendedLifetime(lock, body) }
      guard ContinuousClock.now < deadline else { throw LayoutError.locked(file: name) }
      try await Task.sleep(for: .milliseconds(10))
    }
  }

  private func lock() throws(LayoutError) -> FileLock? {
    do { return try FileLock(file, in: directory) } catch { throw .unwritable(file: name, error) }
  }
}
