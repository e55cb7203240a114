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
