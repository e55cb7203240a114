import Synchronization
import Transfer

/// The labels of images, which most often are the same in all of them. Each text is kept once.
final class LabelPool: Sendable {
  private let budget: Budget
  private let texts = Mutex<Set<String>>([])

  /// Of different texts, in bytes.
  var limit: Int { budget.limit }

  init(limit: Int) { budget = Budget(limit: limit) }

  /// The same labels, with texts that others have as well. Nil if they are too many.
  func shared(_ labels: [String: String]) -> [String: String]? {
    texts.withLock { texts in
      var shared: [String: String] = [:]
      for (key, value) in labels {
        let (newKey, key) = texts.insert(key)
        let (newValue, value) = texts.insert(value)
        let size = (newKey ? key.utf8.count : 0) + (newValue ? value.utf8.count : 0)
        guard budget.take(size + Self.sizeOfLabel) else { return nil }
        shared[key] = value
      }
      return shared
    }
  }

  /// In each dictionary, in bytes, about.
  private static let sizeOfLabel = 64
}
