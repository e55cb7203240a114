import HTTP
import OCI

/// Limits how many blobs of one run are uploaded at the same time, to all registries together.
///
/// Each upload takes a connection, and so does the download that it is fed by, which may be from the same host, or through
/// the same proxy. Without a limit, uploads could take all connections, and their downloads would wait for one forever.
actor UploadLimit {
  static let maximum = maxConnectionsPerHost / 2

  /// What is being uploaded, and where to. Never the same twice.
  private var running: Set<Upload> = []
  private let queue = WaitQueue()

  private struct Upload: Hashable {
    let digest: Digest
    let repository: Repository
  }

  /// - Parameter upload: Is told whether the same blob was uploaded to the same repository while it waited.
  /// - Throws: What the upload throws; `CancellationError`.
  func run<Value: Sendable>(
    _ digest: Digest,
    to repository: Repository,
    _ upload: @Sendable (_ mayBeThere: Bool) async throws -> Value
  ) async throws -> Value {
    let key = Upload(digest: digest, repository: repository)
    var mayBeThere = false
    while running.count >= Self.maximum || running.contains(key) {
      mayBeThere = mayBeThere || running.contains(key)
      try await queue.wait()
    }
    running.insert(key)
    defer {
      running.remove(key)
      queue.wakeAll()
    }
    return try await upload(mayBeThere)
  }
}
