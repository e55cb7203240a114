import HTTP

extension RepositoryClient {
  /// Where an upload is continued: what the `Location` of an answer, relative or absolute, means for the request that it
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
    let next = try await nextURL(from: request.url, to: location) { await endpoint.allowsInsecure($0) }
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
