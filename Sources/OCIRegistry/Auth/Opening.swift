import HTTP

/// Lets one request to a registry go first. The others wait until its response says how to authenticate, or until it is known
/// that there is no credential to authenticate with.
///
/// A part of the state of one actor: all functions are called on it.
final class Opening {
  private enum State {
    case unknown, beingTried, over
  }

  private var state = State.unknown
  private let queue = WaitQueue()

  /// Returns at once for the first request, and for all once it has its response.
  ///
  /// - Throws: `CancellationError` if the task is cancelled while it waits; what `fail` passes on.
  func pass(isolation: isolated (any Actor)? = #isolation) async throws {
    while state == .beingTried { try await queue.wait() }
    if state == .unknown { state = .beingTried }
  }

  func end() {
    state = .over
    queue.wakeAll()
  }

  /// The first request has no response. If it was cancelled, it has found out nothing, and the next one goes first. If there is
  /// no connection, the others get the same error: they must not wait for a time limit each.
  func fail(_ error: any Error) {
    if state == .over { return }
    state = .unknown
    if Task.isCancelled { return queue.wakeAll() }
    guard let error = error as? TransportError, error.isOfHost else { return end() }
    queue.wakeAll(throwing: error)
  }
}

extension TransportError {
  /// True where every other request to the host would fail in the same way.
  var isOfHost: Bool {
    switch self {
    case .unknownHost, .cannotConnect, .timedOut, .untrusted, .notTLS, .tls, .proxy, .unavailable: true
    case .cut, .tooLarge, .other: false
    }
  }
}
