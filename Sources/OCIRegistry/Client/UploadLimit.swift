import HTTP

/// Limits how many blobs of one run are uploaded at the same time, to all registries together.
///
/// Each upload takes a connection, and so does the download that it is fed by, which may be from the same host, or through
/// the same proxy. Without a limit, uploads could take all connections, and their downloads would wait for one forever.
actor UploadLimit {
  static let maximum = maxConnectionsPerHost / 2

  private var count = 0
  private let queue = WaitQueue()

  /// - Throws: What the upload throws; `CancellationError`.
  func run(_ upload: @Sendable () async throws -> Void) async throws {
    while count >= Self.maximum { try await queue.wait() }
    count += 1
    defer {
      count -= 1
      queue.wakeAll()
    }
    try await upload()
  }
}
