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

  func put(mountingFrom source: Repository?) async throws -> RepositoryClient.BlobResult {
    var session: UploadSession?
    if let source, source.registry == client.repository.registry, source != client.repository {
      switch try await mount(from: source) {
      case .mounted: return .mounted
      case .notMounted(let opened): session = opened
      }
      // Only a mount would have said so.
      if await client.has(blob: blob) { return .present }
    }
    do {
      return try await client.uploads.run(blob.digest, to: client.repository) { [session] mayBeThere in
        if mayBeThere, await client.has(blob: blob) { return .present }
        if let session { try await upload(session) } else { try await upload(try await start()) }
        return .uploaded
      }
    } catch let failure as ContentError { throw failure.error }
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
    } catch let error as RegistryError where error.mayMeanNoRepository {
      throw RegistryError.uploadNotStarted(client.repository, error)
    }
  }

  // MARK: - Sending

  private func upload(_ first: UploadSession) async throws {
    var (session, form) = (first, UploadForm.whole)
    var refusal: RegistryError?
    for attempt in 1... {
      do { return try await send(through: session, form) } catch let error as RegistryError {
        // The response may be lost, or somebody else may have put the same blob.
        if await client.has(blob: blob) { return }
        if case .unexpected(413, _, _) = error { refusal = refusal ?? error }
        guard attempt < client.backOff.policy.attempts, let next = form.next(after: error, blob) else {
          // Of a registry without chunks, the first one says what to do.
          if case .unexpected(let status, _, _) = error, [405, 501].contains(status), let refusal {
            throw refusal.during(what)
          }
          throw error.during(what)
        }
        form = next
        if let reason = error.reasonForNewUpload {
          let wait = client.backOff.policy.backOff(attempt: attempt)
          // The URL of an upload does not tell which blob it is for.
          try await client.backOff.sleep(for: wait, .put, client.url("blobs/\(blob.digest)"), reason)
        }
        session = try await start()
      }
    }
  }

  private func send(through session: UploadSession, _ form: UploadForm) async throws {
    switch form {
    case .whole:
      var request = session.closing(blob)
      request.body = .stream(length: Int(blob.size)) { [content] in try await UploadContent(content) }
      try await session.end(request, client, what)
    case .chunks(let endsEmpty, _):
      let upload = ChunkedUpload(client: client, blob: blob, what: what, endsEmpty: endsEmpty)
      try await upload.send(try await UploadContent(content), through: session)
    }
  }

  private var what: String { "pushing the blob \(blob.digest) (\(blob.size) bytes) to \(client.repository)" }
}

/// In which requests the bytes are sent.
private enum UploadForm {
  case whole
  /// `isTooLarge`: the registry has said that it does not accept the whole.
  case chunks(endsEmpty: Bool, isTooLarge: Bool)

  /// What to try next; nil if nothing else is likely to work.
  func next(after error: RegistryError, _ blob: Descriptor) -> UploadForm? {
    let isTransient = error.reasonForNewUpload != nil
    switch (self, error) {
    case (.whole, .unexpected(413, _, _)):
      return blob.size > ChunkedUpload.length ? .chunks(endsEmpty: false, isTooLarge: true) : nil
    // Some registries end the connection instead of answering that the body is too large.
    case (.whole, .transport(.cut, _, _, _)) where blob.size > ChunkedUpload.length:
      return .chunks(endsEmpty: false, isTooLarge: false)
    // Some registries accept no chunks, or no such chunks.
    case (.chunks(_, isTooLarge: false), .unexpected(400...499, _, _)),
      (.chunks(_, isTooLarge: false), .unexpected(501, _, _)):
      return .whole
    case (.whole, _): return isTransient ? .whole : nil
    case (.chunks(let endsEmpty, let isTooLarge), _):
      return isTransient ? .chunks(endsEmpty: !endsEmpty, isTooLarge: isTooLarge) : nil
    }
  }
}

extension RegistryError {
  /// True for what a registry answers to the beginning of an upload if it does not have the repository.
  fileprivate var mayMeanNoRepository: Bool {
    switch self {
    case .transport(.cut, _, _, _): true
    case .unexpected(404, _, let details): !details.isEmpty
    default: false
    }
  }

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
