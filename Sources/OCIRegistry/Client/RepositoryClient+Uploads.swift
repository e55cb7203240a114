import HTTP
import OCI

extension RepositoryClient {
  /// Puts a blob into the repository: mounts it from another repository, or uploads it. Whether it is there already is for
  /// the caller to find out, unless it could be mounted.
  ///
  /// - Parameters:
  ///   - source: A repository that has the blob; nil if there is none. Used only if it is one of the same registry.
  ///   - content: Opens the bytes of the blob, from the first one. Called only if bytes have to be sent, and for each attempt.
  /// - Throws: `RegistryError`; what `content` or its sequence has thrown; `HTTPBodyError` if it is not as long as the
  ///   descriptor says.
  package func put(
    _ blob: Descriptor,
    mountingFrom source: Repository?,
    content: @escaping @Sendable () async throws -> any AsyncSequence<[UInt8], any Error>
  ) async throws -> BlobResult {
    try await BlobUpload(client: self, blob: blob, content: content).put(mountingFrom: source)
  }

  /// How a blob came into the repository.
  package enum BlobResult: Sendable {
    case mounted
    case uploaded
    /// It was not mounted, and was there already.
    case present
  }

  /// Where an upload is continued: what the `Location` of a response, relative or absolute, means for the request that it
  /// answers. Only the registry's own origin gets `Authorization` there.
  ///
  /// Distribution spec, "Pushing blobs":
  /// https://github.com/opencontainers/distribution-spec/blob/main/spec.md#pushing-blobs
  ///
  /// - Throws: `RegistryError` if there is no `Location`, or nothing may be sent there.
  func location(in response: HTTPResponse, to request: HTTPRequest) async throws -> String {
    guard let location = response.fields["Location"] else {
      throw RegistryError.malformedAnswer(from: request.url, "it has no Location header for the upload")
    }
    // Without a scheme, it means the one of the request, which the endpoint decides about.
    let scheme = location.hasPrefix("//") ? await endpoint.prepared(request).url.prefix { $0 != "/" } : ""
    let next = try await nextURL(from: request.url, to: scheme + location) { await endpoint.allowsInsecure($0) }
    // Another host must not choose what is sent to the registry with the credential.
    if await !endpoint.isOwn(request.url), await endpoint.isOwn(next) {
      throw RegistryError.redirect(from: request.url, to: next, "which only the registry itself may name")
    }
    if await endpoint.isOwn(next), next.hasDotSegments {
      throw RegistryError.redirect(from: request.url, to: next, "a path with \u{201C}.\u{201D} or \u{201C}..\u{201D}")
    }
    return next
  }
}
