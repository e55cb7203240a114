import HTTP
import Hashing
import OCI

/// Downloads one blob for one reader, no faster than it is read. Where the connection breaks, the download is continued.
///
/// The last piece is handed on only after the digest and the size of all bytes were found to be right, so that whoever
/// passes the pieces on never completes a blob with wrong bytes.
actor BlobDownload {
  private let client: RepositoryClient
  private let blob: Descriptor
  /// How many bytes were received, without those that were received again.
  private var received: Int64 = 0
  private var hash: StreamHash?
  /// What the reader has not taken yet.
  private var piece: [UInt8]?
  /// Nil until all bytes were received, or that has failed.
  private var end: Result<Void, any Error>?
  private let queue = WaitQueue()

  /// How many bytes of the response come before those that are missing.
  private var superfluous: Int64 = 0
  /// Of the last successful response.
  private var head = HTTPResponse(status: 0)
  /// Where in the blob the last body ended that was shorter than it; nil before the first one.
  private var shortEnd: Int64?
  /// False once the server has answered a request for the rest with something else.
  private var usesRange = true

  /// In bytes: after so many the attempts are counted anew.
  private static let progress: Int64 = 1 << 20

  /// The response contains another part of the blob than was asked for.
  private struct OtherRange: Error {}

  init(_ client: RepositoryClient, _ blob: Descriptor) {
    (self.client, self.blob) = (client, blob)
  }

  // MARK: - Reading

  /// Waits for the next piece; nil at the end.
  ///
  /// - Throws: `RegistryError`; `CancellationError`.
  func next() async throws -> [UInt8]? {
    while true {
      if case .failure(let error) = end { throw error }
      if let piece, received < blob.size || end != nil {
        self.piece = nil
        queue.wakeAll()
        return piece
      }
      if end != nil { return nil }
      try await queue.wait()
    }
  }

  // MARK: - Receiving

  /// Ends when all bytes were received, when that has failed, or when its task is cancelled.
  func run() async {
    do {
      hash = try StreamHash(blob.digest.algorithm)
      try await receive()
      try verify()
      end = .success(())
    } catch { end = .failure(error) }
    queue.wakeAll()
  }

  private func verify() throws {
    guard let hash = hash.take() else { return }
    let found = Digest(finishing: hash)
    guard found == blob.digest else {
      throw RegistryError.wrongDigest(what: what, expected: blob.digest, found: found)
    }
  }

  private func receive() async throws {
    let policy = client.backOff.policy
    var attempt = 1
    while received < blob.size {
      let before = received
      guard let (reason, error) = try await receiveOnce(), received < blob.size else { return }
      if usesRange, received - before >= Self.progress { attempt = 1 }
      guard attempt < policy.attempts else { throw (error as? RegistryError)?.during("pulling \(what)") ?? error }
      try await client.backOff.sleep(for: policy.backOff(attempt: attempt), .get, url, reason)
      attempt += 1
    }
  }

  /// - Returns: Why bytes may be missing; nil if none are.
  /// - Throws: What another attempt would not change.
  private func receiveOnce() async throws -> (RegistryEvent.RetryReason, any Error)? {
    let before = received
    do {
      let response = try await client.send(request(), "pulling \(what)")
      if !response.isSuccess {
        let (repository, digest) = (client.repository, blob.digest)
        try RegistryError.check(response, .get, url) { .blobMissing(repository, digest, $0) }
      }
      if received == blob.size { return nil }
      // A server may send a part of the range that it was asked for (RFC 9110 §14.2). Where the end of the connection is the
      // end of the body, one that broke looks like it: a blob that is shorter ends at the same byte again.
      let found = received - superfluous
      guard response.status == 206 || response.endsWithConnection, found != shortEnd else {
        throw wrongSize(found: Int(received))
      }
      shortEnd = found
      let reason = "the response ended after \(found) of \(blob.size) bytes"
      let cut = TransportError.cut(host: client.repository.registry.host, reason: reason)
      return (.transport(cut), await client.endpoint.explained(cut))
    } catch let error as OtherRange {
      return (.status(206), error)
    } catch let error as RegistryError {
      return (try reason(toContinueAfter: error, hasProgress: received > before), error)
    }
  }

  private func reason(
    toContinueAfter error: RegistryError,
    hasProgress: Bool
  ) throws -> RegistryEvent.RetryReason {
    switch error {
    case .transport(let cause, _, _, _) where cause.isTransient || (cause.isTimeout && hasProgress):
      return .transport(cause)
    case .unexpected(let status, _, _) where error.isTransient: return .status(status)
    case .unexpected(let status, _, _) where usesRange && received > 0 && [400, 416].contains(status):
      usesRange = false
      return .status(status)
    // Too many requests have been waited for already.
    default: throw error.during("pulling \(what)")
    }
  }

  private func wrongSize(found: Int) -> RegistryError {
    // Of a page in the place of the blob, the size says nothing about the image.
    RegistryError.WebPage(head) == nil
      ? .wrongSize(what: what, expected: blob.size, found: found)
      : .malformedAnswer(from: url, RegistryError.webPage)
  }

  private var url: String { client.url("blobs/\(blob.digest)") }
  private var what: String { "the blob \(blob.digest) of \(client.repository)" }

  private func request() -> HTTPRequest {
    var request = HTTPRequest(.get, url, fields: RepositoryClient.unencoded)
    // Closed: some servers refuse an open range.
    if received > 0, usesRange { request.fields["Range"] = "bytes=\(received)-\(blob.size - 1)" }
    request.isRepeatable = false
    request.sink = HTTPSink { head in
      try await self.begin(head)
      return { try await self.accept($0) }
    }
    return request
  }

  private func begin(_ head: HTTPResponse) throws {
    superfluous = received
    self.head = head
    guard head.status == 206 else {
      usesRange = usesRange && received == 0
      let length = head.fields["Content-Length"].flatMap(Int64.init)
      if let length, length != blob.size, head.fields["Content-Encoding"] == nil {
        throw wrongSize(found: Int(length))
      }
      return
    }
    guard let start = head.rangeStart, (0...received).contains(start) else {
      guard usesRange else {
        throw RegistryError.malformedAnswer(from: url, "it contains another part of the blob than was asked for")
      }
      usesRange = false
      throw OtherRange()
    }
    superfluous -= start
  }

  private func accept(_ bytes: [UInt8]) async throws {
    let skipped = min(superfluous, Int64(bytes.count))
    superfluous -= skipped
    guard skipped < bytes.count else { return }
    let bytes = skipped == 0 ? bytes : Array(bytes.dropFirst(Int(skipped)))
    guard bytes.count <= blob.size - received else {
      throw wrongSize(found: Int(received) + bytes.count)
    }
    while piece != nil { try await queue.wait() }
    bytes.withUnsafeBytes { hash?.update($0) }
    received += Int64(bytes.count)
    piece = bytes
    queue.wakeAll()
  }
}

/// The pieces of a blob. Each iteration downloads it.
struct BlobPieces: AsyncSequence {
  let client: RepositoryClient
  let blob: Descriptor

  func makeAsyncIterator() -> Iterator { Iterator(BlobDownload(client, blob)) }

  /// Ends the download when nobody reads any more.
  final class Iterator: AsyncIteratorProtocol {
    private let download: BlobDownload
    private let task: Task<Void, Never>

    init(_ download: BlobDownload) {
      self.download = download
      task = Task { await download.run() }
    }

    deinit { task.cancel() }

    func next() async throws -> [UInt8]? { try await download.next() }
  }
}

extension HTTPResponse {
  /// True if nothing else tells the length of the body (RFC 9112 §6.3).
  fileprivate var endsWithConnection: Bool {
    fields["Content-Length"] == nil && fields["Transfer-Encoding"] == nil
  }

  /// Of `Content-Range: bytes 5-9/10` (RFC 9110 §14.4).
  fileprivate var rangeStart: Int64? {
    guard let field = fields["Content-Range"], field.lowercased().hasPrefix("bytes ") else { return nil }
    return Int64(field.dropFirst("bytes ".count).prefix { $0 != "-" })
  }
}
