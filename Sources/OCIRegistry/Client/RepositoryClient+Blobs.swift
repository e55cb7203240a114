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
        try RegistryError.checkNoWebPage(response, url)
        throw RegistryError.wrongDigest(what: what, expected: descriptor.digest, found: found)
      }
      guard response.body.count == descriptor.size else {
        throw RegistryError.wrongSize(what: what, expected: descriptor.size, found: response.body.count)
      }
      return try read(response.body)
    }
  }

  /// True only where the registry answers 200 to a HEAD; every other response and every error means that it is not known.
  /// Registries refuse a HEAD for many reasons, and the size that they name may be another one, or missing.
  package func has(blob descriptor: Descriptor) async -> Bool {
    let request = HTTPRequest(.head, url("blobs/\(descriptor.digest)"), fields: Self.unencoded)
    return (try? await send(request, "looking for the blob \(descriptor.digest)"))?.status == 200
  }

  /// Looks whether there is a blob, of the size that its descriptor says, as far as the registry names the size.
  ///
  /// - Throws: `RegistryError.blobMissing` if there is none; `RegistryError.wrongSize`; another `RegistryError` if that is not
  ///   known.
  package func look(for blob: Descriptor) async throws {
    let url = url("blobs/\(blob.digest)")
    do {
      let response = try await send(
        HTTPRequest(.head, url, fields: Self.unencoded),
        "looking for the blob \(blob.digest)"
      )
      if response.status == 404 { throw RegistryError.blobMissing(repository, blob.digest, []) }
      try RegistryError.check(response, .head, url)
      if let found = response.blobSize, found != blob.size {
        let what = "the blob \(blob.digest) of \(repository)"
        throw RegistryError.wrongSize(what: what, expected: blob.size, found: found)
      }
    } catch RegistryError.refusedElsewhere {
      // The registry has it: it named its storage, with a URL that is valid for a GET alone.
    }
  }

  /// The bytes of a blob, piece by piece, as fast as they are read. Where the connection breaks, the rest is requested. The
  /// last piece comes only after the digest and the size were found to be right.
  ///
  /// - Returns: A sequence that downloads the blob each time it is iterated, and throws `RegistryError`.
  package func blob(_ descriptor: Descriptor) async throws -> any AsyncSequence<[UInt8], any Error> {
    BlobPieces(client: self, blob: descriptor)
  }

  /// The bytes themselves are wanted: a digest is not that of compressed ones.
  static let unencoded: HTTPFields = ["Accept-Encoding": "identity"]
}

extension HTTPResponse {
  /// What a response to a HEAD says of the blob; nil where it does not say. Some servers say the size of the body that they
  /// do not send, which is zero, and some the size of compressed bytes.
  fileprivate var blobSize: Int? {
    guard fields["Content-Encoding"] == nil else { return nil }
    return fields["Content-Length"].flatMap(Int.init).flatMap { $0 > 0 ? $0 : nil }
  }
}
