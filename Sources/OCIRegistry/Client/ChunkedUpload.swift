import HTTP
import OCI

/// Sends a blob in chunks, for a registry that does not accept a body of its size.
///
/// All chunks have the same length but the last one, which is a part of the request that ends the upload. Where the next
/// chunk begins is counted here: what registries say about it (`Range`) differs and is often wrong.
///
/// Distribution spec, "Pushing a blob in chunks":
/// https://github.com/opencontainers/distribution-spec/blob/main/spec.md#pushing-a-blob-in-chunks
struct ChunkedUpload {
  let client: RepositoryClient
  let blob: Descriptor
  /// What is being done, for a message.
  let what: String
  /// True if the request that ends the upload has no body. Some registries accept only one of the two forms.
  let endsEmpty: Bool

  /// In bytes. GitHub accepts no larger one, and most others accept it.
  static let length = 4 << 20
  /// In bytes. A chunk is in memory as a whole, and in libcurl once more. Registries that store blobs in S3 need 5 MiB.
  private static let longest = 8 << 20

  func send(_ content: UploadContent, through session: UploadSession) async throws {
    let length = max(Self.length, min(session.minimum, Self.longest))
    if length == Self.length { return try await send(content, through: session, length) }
    try await client.documents.beginLarge()
    do { try await send(content, through: session, length) } catch {
      await client.documents.endLarge()
      throw error
    }
    await client.documents.endLarge()
  }

  private func send(_ content: UploadContent, through session: UploadSession, _ length: Int) async throws {
    var session = session
    var chunk: [UInt8] = []
    chunk.reserveCapacity(min(length, Int(blob.size)))
    var start = 0
    for try await piece in content {
      var rest = piece[...]
      while !rest.isEmpty {
        if chunk.count == length {
          session = try await patch(chunk, at: start, session)
          start += length
          chunk.removeAll(keepingCapacity: true)
        }
        let next = rest.prefix(length - chunk.count)
        chunk += next
        rest = rest.dropFirst(next.count)
        if start + chunk.count > blob.size { throw HTTPBodyError.tooLong(expected: Int(blob.size)) }
      }
    }
    guard start + chunk.count == blob.size else {
      throw HTTPBodyError.tooShort(length: start + chunk.count, expected: Int(blob.size))
    }
    if endsEmpty, !chunk.isEmpty {
      session = try await patch(chunk, at: start, session)
      start += chunk.count
      chunk = []
    }
    var request = session.closing(blob)
    request.body = .bytes(chunk)
    if start > 0 { request.setRange(chunk, at: start) }
    try await session.end(request, client, what)
  }

  private func patch(_ chunk: [UInt8], at start: Int, _ session: UploadSession) async throws -> UploadSession {
    var request = HTTPRequest(.patch, session.url, fields: UploadSession.fields, body: chunk)
    request.setRange(chunk, at: start)
    let response = try await client.send(request, needing: .pullAndPush, what)
    // 202 by the specification; 201 and 204 are seen as well.
    try RegistryError.check(response, expecting: 200...299, .patch, request.url, what: what)
    return try await session.next(response, to: request, client)
  }
}

extension HTTPRequest {
  /// `Content-Range: 0-4`, as the distribution specification writes it.
  fileprivate mutating func setRange(_ chunk: [UInt8], at start: Int) {
    if !chunk.isEmpty { fields["Content-Range"] = "\(start)-\(start + chunk.count - 1)" }
  }
}
