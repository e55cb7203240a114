import HTTP
import OCI

extension RepositoryClient {
  /// Asks for one tag, which needs the right to pull.
  ///
  /// - Returns: The response; 404 where the repository does not exist, or is hidden from this user.
  /// - Throws: `RegistryError`; also if the response is not a list of tags, as that of another web server.
  package func firstTag() async throws -> HTTPResponse {
    let url = url("tags/list?n=1")
    let response = try await send(HTTPRequest(.get, url), "listing the tags of \(repository)")
    if response.status == 404 { return response }
    try RegistryError.check(response, .get, url)
    _ = try Self.page(response, from: url)
    return response
  }

  /// Asks for a manifest without its bytes, which is not counted as a pull.
  ///
  /// - Returns: The response, of any status.
  /// - Throws: `RegistryError`.
  package func headOfManifest(_ name: ManifestName) async throws -> HTTPResponse {
    let reference = Reference(repository, name)
    return try await send(request(.head, for: reference), "looking for \(reference)")
  }

  /// Whether the registry has the referrers API, which answers even for a digest that does not exist; nil if its answer does
  /// not tell, or is not an index.
  ///
  /// https://github.com/opencontainers/distribution-spec/blob/main/spec.md#listing-referrers
  ///
  /// - Throws: `RegistryError`.
  package func hasReferrersAPI() async throws -> Bool? {
    let url = url("referrers/sha256:\(String(repeating: "0", count: 64))")
    let response = try await send(HTTPRequest(.get, url), "listing the referrers of a manifest of \(repository)")
    do { return try page(in: response, url) != nil } catch { return nil }
  }
}
