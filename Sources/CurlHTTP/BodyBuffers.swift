import HTTP
import Synchronization

/// Holds one piece of a request's body on its way from a task to the curl thread.
final class UploadBuffer: Sendable {
  private struct State {
    var piece: [UInt8] = []
    /// How much of the piece libcurl has taken.
    var offset = 0
    var isCurlWaiting = false
  }

  private let state = Mutex(State())
  private let changes = TaskSignal()

  /// Waits until the piece before was sent. For one task.
  ///
  /// - Returns: True if libcurl waits for it.
  /// - Throws: `CancellationError`.
  func write(_ piece: [UInt8]) async throws -> Bool {
    while true {
      let isCurlWaiting: Bool? = state.withLock { state in
        guard state.piece.isEmpty else { return nil }
        (state.piece, state.offset) = (piece, 0)
        defer { state.isCurlWaiting = false }
        return state.isCurlWaiting
      }
      if let isCurlWaiting { return isCurlWaiting }
      try await changes.wait()
    }
  }

  /// - Returns: The number of bytes; nil if there are none yet.
  func read(into target: UnsafeMutableRawBufferPointer) -> Int? {
    state.withLock { state in
      guard !state.piece.isEmpty else {
        state.isCurlWaiting = true
        return nil
      }
      let count = min(target.count, state.piece.count - state.offset)
      let range = state.offset..<state.offset + count
      state.piece.withUnsafeBytes { target.copyMemory(from: UnsafeRawBufferPointer(rebasing: $0[range])) }
      state.offset += count
      if state.offset == state.piece.count {
        state.piece = []
        changes.send()
      }
      return count
    }
  }
}

/// Holds a limited number of bytes of a response's body on their way from the curl thread to a task.
final class DownloadBuffer: Sendable {
  private struct State {
    var bytes: [UInt8] = []
    /// Of a successful response, once its body has begun.
    var head: HTTPResponse?
    var isEnded = false
    var isCurlWaiting = false
  }

  private let state = Mutex(State())
  private let changes = TaskSignal()

  /// In bytes. libcurl delivers at most 16 KiB at a time.
  private static let capacity = 256 << 10

  /// - Parameter head: Of the response, which is a successful one.
  /// - Returns: False if there is no room: the transfer has to wait.
  func append(_ bytes: UnsafeRawBufferPointer, of head: @autoclosure () -> HTTPResponse) -> Bool {
    defer { changes.send() }
    return state.withLock { state in
      if state.head == nil { state.head = head() }
      guard state.bytes.isEmpty || state.bytes.count + bytes.count <= Self.capacity else {
        state.isCurlWaiting = true
        return false
      }
      state.bytes.append(contentsOf: bytes)
      return true
    }
  }

  /// - Parameter head: Nil if the response was not a successful one.
  func finish(with head: HTTPResponse?) {
    state.withLock { state in
      state.head = state.head ?? head
      state.isEnded = true
    }
    changes.send()
  }

  /// Waits until a successful response has begun. For one task, as `next`.
  ///
  /// - Returns: Its status and fields; nil if the response was another one.
  /// - Throws: `CancellationError`.
  func begins() async throws -> HTTPResponse? {
    while true {
      let (head, isEnded) = state.withLock { ($0.head, $0.isEnded) }
      if head != nil || isEnded { return head }
      try await changes.wait()
    }
  }

  /// Waits for the next bytes; nil at the end.
  ///
  /// - Throws: `CancellationError`.
  func next() async throws -> (bytes: [UInt8], isCurlWaiting: Bool)? {
    while true {
      let (taken, isEnded) = state.withLock { state in
        defer { (state.bytes, state.isCurlWaiting) = ([], false) }
        return ((state.bytes, state.isCurlWaiting), state.isEnded)
      }
      if !taken.0.isEmpty { return taken }
      if isEnded { return nil }
      try await changes.wait()
    }
  }
}

/// Wakes up one task that waits for another thread.
private struct TaskSignal: Sendable {
  private let signals: AsyncStream<Void>
  private let continuation: AsyncStream<Void>.Continuation

  init() {
    // Holds one signal, so that one that is sent before the task waits is not lost.
    (signals, continuation) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1))
  }

  func send() { continuation.yield() }

  /// - Throws: `CancellationError`.
  func wait() async throws {
    var iterator = signals.makeAsyncIterator()
    if await iterator.next() == nil { throw CancellationError() }
  }
}
