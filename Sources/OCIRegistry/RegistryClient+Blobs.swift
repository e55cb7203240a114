import HTTP
import OCI

extension RegistryClient {
  /// A small blob, such as an image's config, verified.
  ///
  /// - Throws: `RegistryError`; also if the blob is larger than `HTTPRequest.usualBodyLimit`.
  package func blob(_ descriptor: Descriptor, of repository: Repository) async throws -> [UInt8] {
    let url = url(repository, "blobs/\(descriptor.digest)")
    let response = try await send(HTTPRequest(.get, url), "pulling from \(repository)")
    try RegistryError.check(response, expecting: 200, .get, url)
    let found = try Digest(of: response.body, descriptor.digest.algorithm)
    guard found == descriptor.digest else {
      throw RegistryError.wrongDigest(what: "a blob of \(repository)", expected: descriptor.digest, found: found)
    }
    return response.body
  }
}
