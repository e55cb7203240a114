import HTTP
import OCI

extension RepositoryClient {
  /// An image's config, verified: its digest and its size are those of the descriptor. Engines refuse an image where one
  /// of them differs.
  ///
  /// - Parameter name: Of the image.
  /// - Throws: `RegistryError`; also if it is larger than `HTTPRequest.usualBodyLimit`.
  package func config(_ descriptor: Descriptor, of name: ManifestName) async throws -> [UInt8] {
    let reference = Reference(repository, name)
    let url = url("blobs/\(descriptor.digest)")
    let what = "the config of \(reference)"
    let response = try await send(HTTPRequest(.get, url), "pulling \(what)")
    try RegistryError.check(response, .get, url) { .configMissing(reference, descriptor.digest, $0) }
    let found = try Digest(of: response.body, descriptor.digest.algorithm)
    guard found == descriptor.digest else {
      throw RegistryError.wrongDigest(what: what, expected: descriptor.digest, found: found)
    }
    guard response.body.count == descriptor.size else {
      throw RegistryError.wrongSize(what: what, expected: descriptor.size, found: response.body.count)
    }
    return response.body
  }
}
