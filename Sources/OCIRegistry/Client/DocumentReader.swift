import HTTP

/// Reads the documents of one run so that they do not fill the memory: one is parsed at a time, and of those that are
/// larger than any usual manifest or config, one is in memory at a time.
///
/// Small documents are requested all at the same time. One that turns out to be large is requested again when it is its
/// turn.
actor DocumentReader {
  /// In bytes. Manifests have a few KiB, and configs rarely more than 50.
  static let smallLimit = 256 << 10

  private var isReadingLarge = false
  private let queue = WaitQueue()

  /// - Parameters:
  ///   - size: Of the document in bytes, where it is known.
  ///   - send: Sends the request, with a limit for the response in bytes.
  ///   - read: What it returns must not contain the response's bytes.
  func read<Value: Sendable>(
    size: Int64?,
    send: @Sendable (Int) async throws -> HTTPResponse,
    _ read: @Sendable (HTTPResponse) throws -> Value
  ) async throws -> Value {
    if size ?? 0 <= Self.smallLimit {
      do { return try read(await send(Self.smallLimit)) } catch RegistryError.tooLarge {}
    }
    try await beginLarge()
    defer { endLarge() }
    return try read(await send(HTTPRequest.usualBodyLimit))
  }

  /// Waits until nothing else takes much memory. `endLarge` must follow.
  func beginLarge() async throws {
    while isReadingLarge { try await queue.wait() }
    isReadingLarge = true
  }

  func endLarge() {
    isReadingLarge = false
    queue.wakeAll()
  }
}
