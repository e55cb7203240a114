import HTTP
import OCI

/// Where an upload is continued, and what the registry has said about it.
struct UploadSession {
  let url: String
  /// Of a chunk other than the last one, in bytes (`OCI-Chunk-Min-Length`); 0 if the registry has not said it.
  let minimum: Int

  /// How quick a registry is expected to be with a blob that it has received.
  private static let bytesPerSecond: Int64 = 32 << 20

  static let fields: HTTPFields = ["Content-Type": "application/octet-stream"]

  /// - Throws: `RegistryError` if the response does not say where to go on.
  init(_ response: HTTPResponse, to request: HTTPRequest, _ client: RepositoryClient) async throws {
    url = try await client.location(in: response, to: request)
    minimum = response.fields["OCI-Chunk-Min-Length"].flatMap(Int.init) ?? 0
  }

  private init(url: String, minimum: Int) { (self.url, self.minimum) = (url, minimum) }

  /// The session after a chunk: the newest URL is the valid one.
  func next(
    _ response: HTTPResponse,
    to request: HTTPRequest,
    _ client: RepositoryClient
  ) async throws -> UploadSession {
    guard response.fields["Location"] != nil else { return self }
    return UploadSession(url: try await client.location(in: response, to: request), minimum: minimum)
  }

  /// The request that ends the upload, which has no body yet. The URL is used as the registry has given it.
  func closing(_ blob: Descriptor) -> HTTPRequest {
    let query = "\(url.contains("?") ? "&" : "?")digest=\(blob.digest)"
    var request = HTTPRequest(.put, url + query, fields: Self.fields)
    // Registries read the blob again, or copy it to where it belongs, and proxies may pass it on only now.
    request.processingTime = .seconds(1 + blob.size / Self.bytesPerSecond)
    // The session may have ended with the first attempt.
    request.isRepeatable = false
    return request
  }

  /// - Throws: `RegistryError` unless the registry says that it has the blob.
  func end(_ request: HTTPRequest, _ client: RepositoryClient, _ what: String) async throws {
    let response = try await client.send(request, needing: .pullAndPush, what)
    // 202 says that the upload goes on.
    if [200, 201, 204].contains(response.status) { return }
    try RegistryError.check(response, expecting: 201...201, .put, request.url, what: what)
  }
}
