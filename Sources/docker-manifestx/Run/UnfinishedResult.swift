import Synchronization

/// What a run that is interrupted has found out so far.
final class UnfinishedResult: Sendable {
  private struct Known {
    var text: @Sendable () -> String = { "" }
    var result: @Sendable () -> [UInt8] = { [] }
  }

  private let known = Mutex(Known())

  /// To be called once by a command that has something to say then.
  ///
  /// - Parameters:
  ///   - text: Whole lines for standard error.
  ///   - result: For standard output: what has not been printed yet.
  func set(text: @escaping @Sendable () -> String, result: @escaping @Sendable () -> [UInt8]) {
    known.withLock { $0 = Known(text: text, result: result) }
  }

  var text: String { known.withLock { $0 }.text() }
  var result: [UInt8] { known.withLock { $0 }.result() }
}
