extension LayoutDirectory {
  /// The lock of BuildKit, and so of buildx: a program that writes `index.json` has it.
  static var lockFile: String { "\(indexFile).lock" }

  /// Does something while no other program writes the index.
  ///
  /// - Throws: `LayoutError.locked` if another one holds the lock for too long; what `body` throws.
  func withLock<Value>(_ body: () throws -> Value) async throws -> Value {
    let name = name(ofFile: Self.lockFile)
    return try await LayoutLock(file: Self.lockFile, directory: root, name: name, timeout: lockTimeout).hold(body)
  }
}
