import LocalSystem

extension LayoutDirectory {
  /// The lock of BuildKit, and so of buildx: a program that writes `index.json` has it.
  static var lockFile: String { "\(indexFile).lock" }

  /// Does something while no other program writes the index.
  ///
  /// - Throws: `LayoutError.locked` if another one holds the lock for too long; what `body` throws.
  func withLock<Value>(_ body: () throws -> Value) async throws -> Value {
    let deadline = ContinuousClock.now + lockTimeout
    while true {
      if let lock = try lock() { return try withExtendedLifetime(lock, body) }
      guard ContinuousClock.now < deadline else { throw LayoutError.locked(file: name(ofFile: Self.lockFile)) }
      try await Task.sleep(for: .milliseconds(10))
    }
  }

  private func lock() throws(LayoutError) -> FileLock? {
    do { return try FileLock(Self.lockFile, in: root) } catch {
      throw .unwritable(file: name(ofFile: Self.lockFile), error)
    }
  }
}
