import HTTP
import OCI

/// Puts one blob into a repository: mounts it from another repository of the same registry, or uploads it.
///
/// One PUT with a length is what most registries accept. A registry that accepts no body of that size gets the blob in
/// chunks. After an error nothing is known about the session, so another one is started, and the blob is sent from its
/// first byte.
///
/// Distribution spec, "Pushing blobs":
/// https://github.com/opencontainers/distribution-spec/blob/main/spec.md#pushing-blobs
struct BlobUpload {
  let client: RepositoryClient
  let blob: Descriptor
  /// Opens the bytes of the blob, from the first one.
  let content: @Sendable () async throws -> any AsyncSequence<[UInt8], any Error>

  private static let attempts = 3

  func put(mountingFrom source: Repository?) async throws -> RepositoryClient.BlobResult {
    var session: UploadSession?
    if let source, source.registry == client.repository.registry, source != client.repository {
      switch try await mount(from: source) {
      case .mounted: return .mounted
      case .notMounted(let opened): session = opened
      }
    }
    do {
      if let session { try await upload(session) } else { try await upload(try await start()) }
    } catch let failure as ContentError { throw failure.error }
    return .uploaded
  }

  // MARK: - Sessions

  private enum Mount {
    case mounted
    /// Nil if there is no session, either.
    case notMounted(UploadSession?)
  }

  /// Registries refuse a mount in many ways; all of them mean that the bytes have to be sent.
  private func mount(from source: Repository) async throws -> Mount {
    let path = "blobs/uploads/?mount=\(blob.digest)&from=\(source.path)"
    let request = HTTPRequest(.post, client.url(path))
    do {
      let response = try await client.send(request, needing: .pullAndPush, and: [Scope(source, .pull)], what)
      switch response.status {
      case 201: return .mounted
      case 202: return .notMounted(try await UploadSession(response, to: request, client))
      default: return .notMounted(nil)
      }
    } catch {
      try Task.checkCancellation()
      return .notMounted(nil)
    }
  }

  private func start() async throws -> UploadSession {
    var request = HTTPRequest(.post, client.url("blobs/uploads/"))
    // The registry deletes a session that is not used.
    request.isRepeatable = true
    do {
      let response = try await client.send(request, needing: .pullAndPush, what)
      try RegistryError.check(response, expecting: 200...299, .post, request.url, what: what)
      return try await UploadSession(response, to: request, client)
    } catch RegistryError.transport(.cut(let host, let reason), _, _, _) {
      throw RegistryError.uploadNotStarted(client.repository, .cut(host: host, reason: reason))
    }
  }

  // MARK: - Sending

  private func upload(_ first: UploadSession) async throws {
    var session = first
    for attempt in 1... {
      do { return try await send(through: session) } catch let error as RegistryError {
        // The answer may be lost, or somebody else may have put the same blob.
        if await client.has(blob: blob) { return }
        guard attempt < Self.attempts, let reason = error.reasonForNewUpload else { throw error }
        let wait = client.backOff.policy.backOff(attempt: attempt)
        try await client.backOff.sleep(for: wait, session.url, reason)
        session = try await start()
      }
    }
  }

  private func send(through session: UploadSession) async throws {
    var request = session.closing(blob.digest)
    let (content, size) = (content, Int(blob.size))
    request.body = .stream(length: size) { try await UploadContent(content) }
    let response = try await client.send(request, needing: .pullAndPush, what)
    // 202 says that the upload goes on.
    if ![200, 201, 204].contains(response.status) {
      try RegistryError.check(response, expecting: 201...201, .put, request.url, what: what)
    }
  }

  private var what: String { "pushing the blob \(blob.digest) (\(blob.size) bytes) to \(client.repository)" }
}

/// Where an upload is continued.
struct UploadSession {
  let url: String

  /// - Throws: `RegistryError` if the answer does not say where to go on.
  init(_ response: HTTPResponse, to request: HTTPRequest, _ client: RepositoryClient) async throws {
    url = try await client.location(in: response, to: request)
  }

  /// The request that ends the upload, which has no body yet. The URL is used as the registry has given it.
  func closing(_ digest: Digest) -> HTTPRequest {
    var request = HTTPRequest(.put, "\(url)\(url.contains("?") ? "&" : "?")digest=\(digest)")
    request.fields["Content-Type"] = "application/octet-stream"
    // The session may have ended with the first attempt.
    request.isRepeatable = false
    return request
  }
}

/// What the bytes to send have thrown.
struct ContentError: Error {
  let error: any Error
}

/// The bytes to send, whose errors can be told from those of the registry that they are sent to.
struct UploadContent: AsyncSequence {
  private let base: any AsyncSequence<[UInt8], any Error>

  init(_ open: @Sendable () async throws -> any AsyncSequence<[UInt8], any Error>) async throws {
    do { base = try await open() } catch { throw ContentError(error: error) }
  }

  func makeAsyncIterator() -> Iterator { Iterator(base: base.makeAsyncIterator()) }

  struct Iterator: AsyncIteratorProtocol {
    fileprivate var base: any AsyncIteratorProtocol<[UInt8], any Error>

    mutating func next() async throws -> [UInt8]? {
      do { return try await base.next() } catch {
        // A request that has ended cancels what it reads.
        try Task.checkCancellation()
        throw ContentError(error: error)
      }
    }
  }
}

extension RegistryError {
  /// What is wrong if the blob may be stored by another upload; nil if that would end in the same way.
  fileprivate var reasonForNewUpload: RegistryEvent.RetryReason? {
    switch self {
    case .transport(let error, _, _, _): error.isTransient || error.isTimeout ? .transport(error) : nil
    case .unexpected(let status, _, let details):
      status >= 500 || [202, 404, 408, 416].contains(status)
        || details.contains { Self.uploadCodes.contains($0.code) } ? .status(status) : nil
    default: nil
    }
  }

  /// Of errors that are about the session, and not about what was sent.
  private static let uploadCodes = ["BLOB_UPLOAD_UNKNOWN", "BLOB_UPLOAD_INVALID", "DIGEST_INVALID", "SIZE_INVALID"]
}
