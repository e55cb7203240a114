import LocalSystem
import OCI

/// What completion remembers for half a minute, so that the next TAB is quick. It holds no secret, neither in a file nor
/// in a file name, which is a hash of the key.
struct CompletionCache {
  private let cache: PrivateCache

  /// Nil where there is no place for it. The directory is checked when something is read or written.
  init?(_ environment: Environment, home: String) {
    let base = environment["XDG_CACHE_HOME"] ?? "\(home)/.cache"
    // Bytes that are not UTF-8 were replaced, and it is another directory's name.
    guard base.hasPrefix("/"), !base.contains("\u{FFFD}") else { return nil }
    cache = PrivateCache(in: base, name: "docker-manifestx", lifetime: 30)
  }

  /// Nil if nothing was written under this key in the last half minute.
  func read(_ key: String) -> [UInt8]? { fileName(key).flatMap(cache.read) }

  /// False where it cannot be written.
  @discardableResult
  func write(_ bytes: [UInt8], to key: String) -> Bool {
    guard let name = fileName(key) else { return false }
    return cache.write(bytes, to: name)
  }

  func remove(_ key: String) { fileName(key).map(cache.remove) }

  private func fileName(_ key: String) -> String? { try? Digest(of: Array(key.utf8)).hex }
}
