import Synchronization

/// How much may be kept in memory, for things that are read at the same time.
package final class Budget: Sendable {
  /// In bytes, or in whatever is counted.
  package let limit: Int
  private let used = Mutex(0)

  package init(limit: Int) { self.limit = limit }

  /// False if that would be too much.
  package func take(_ count: Int) -> Bool {
    used.withLock { used in
      guard count <= limit - used else { return false }
      used += count
      return true
    }
  }
}

extension [String: String] {
  /// In bytes, about.
  package var sizeInMemory: Int { reduce(0) { $0 + $1.key.utf8.count + $1.value.utf8.count + 64 } }
}
