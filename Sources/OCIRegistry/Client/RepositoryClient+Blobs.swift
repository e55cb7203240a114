import HTTP
import OCI

extension RepositoryClient {
  /// What is read from an image's config, which is verified: its digest and its size are those of the descriptor. Engines
  /// refuse an image where one of them differs.
  ///
  /// - Parameters:
  ///   - name: Of the image.
  ///   - read: What it returns must not contain the bytes.
  /// - Throws: `RegistryError`; also if it is larger than `HTTPRequest.usualBodyLimit`. What `read` throws.
  package func config<Value: Sendable>(
    _ descriptor: Descriptor,
    of name: ManifestName,
    _ read: @escaping @Sendable ([UInt8]) throws -> Value
  ) async throws -> Value {
    let reference = Reference(repository, name)
    let url = url("blobs/\(descriptor.digest)")
    let what = "the config of \(reference)"
    return try await send(HTTPRequest(.get, url), size: descriptor.size, "pulling \(what)") { response in
      try RegistryError.check(response, .get, url) { .configMissing(reference, descriptor.digest, $0) }
      let found = try Digest(of: response.body, descriptor.digest.algorithm)
      guard found == descriptor.digest else {
        throw RegistryError.wrongDigest(what: what, expected: descriptor.digest, found: found)
      }
      guard response.body.count == descriptor.size else {
        throw RegistryError.wrongSize(what: what, expected: descriptor.size, found: response.body.count)
      }
      return try read(response.body)
    }
  }
}
