import HTTP
import OCI

/// The manifests that refer to one manifest by their `subject`: signatures, for example.
package struct Referrers: Sendable {
  /// In the registry's order. Their annotations are left out: there may be many, and long ones.
  package let manifests: [Descriptor]
  /// False if the registry does not have the API, so that only what clients have put in the list's tag is known.
  package let hasAPI: Bool
  /// False if the registry has more than are read, or did not return all that it has.
  package let isComplete: Bool

  package init(manifests: [Descriptor], hasAPI: Bool, isComplete: Bool = true) {
    self.manifests = manifests
    self.hasAPI = hasAPI
    self.isComplete = isComplete
  }

  /// How many are read of one manifest.
  package static let maximumCount = 200

  fileprivate init(first manifests: [Descriptor], hasAPI: Bool, hasMore: Bool = false) {
    let isCut = manifests.count > Self.maximumCount
    self.init(
      manifests: Array(manifests.prefix(Self.maximumCount)),
      hasAPI: hasAPI,
      isComplete: !isCut && !hasMore
    )
  }
}

extension RepositoryClient {
  /// The referrers of a manifest. Where the registry has no API for them, those that clients have listed under a tag.
  ///
  /// Distribution spec, "Listing Referrers" and "Unavailable Referrers API":
  /// https://github.com/opencontainers/distribution-spec/blob/main/spec.md#listing-referrers
  ///
  /// - Throws: `RegistryError`.
  package func referrers(of digest: Digest) async throws -> Referrers {
    var found: [Descriptor] = []
    var next: String? = url("referrers/\(digest)")
    var pages = 0
    while let url = next, pages < Self.maximumPages, found.count <= Referrers.maximumCount {
      pages += 1
      let request = HTTPRequest(.get, url, fields: ["Accept": MediaType.ociIndex.rawValue])
      let answer: Page? = try await send(request, "listing the referrers of \(digest)") { response in
        try page(in: response, url)
      }
      guard let page = answer else {
        if pages == 1 { return try await referrersTag(of: digest) }
        break
      }
      found += page.manifests
      next = page.next
    }
    return Referrers(first: found, hasAPI: true, hasMore: next != nil)
  }

  private static let maximumPages = 10

  struct Page: Sendable {
    let manifests: [Descriptor]
    let next: String?
  }

  /// Nil if the registry does not have the API: with it, a manifest that does not exist has no referrers, and that is no
  /// error. Older registries have several ways to say that they do not know the path.
  func page(in response: HTTPResponse, _ url: String) throws -> Page? {
    if [400, 404, 405, 501].contains(response.status) { return nil }
    try RegistryError.check(response, .get, url)
    let index: Index
    do { index = try Index(decoding: response.body, mediaType: .ociIndex) } catch {
      try RegistryError.checkNoWebPage(response, url)
      throw RegistryError.malformedAnswer(from: url, "\(error)")
    }
    let next = nextPage(in: response.fields).flatMap { pageURL($0, after: url) }
    return Page(manifests: index.withoutAnnotations, next: next == url ? nil : next)
  }

  /// "Referrers Tag Schema": of a longer hash, the tag has the first 64 digits.
  private func referrersTag(of digest: Digest) async throws -> Referrers {
    guard let tag = try? Tag(parsing: "\(digest.algorithm.rawValue)-\(digest.hex.prefix(64))") else {
      return Referrers(manifests: [], hasAPI: false)
    }
    do {
      let manifests = try await manifest(.tag(tag)) { manifest in
        guard manifest.mediaType.isIndex else { return [Descriptor]() }
        return try Index(decoding: manifest.bytes, mediaType: manifest.mediaType).withoutAnnotations
      }
      return Referrers(first: manifests, hasAPI: false)
    } catch RegistryError.notFound { return Referrers(manifests: [], hasAPI: false) } catch let error as ManifestError {
      throw RegistryError.notAManifest(Reference(repository, tag: tag), reason: "\(error)")
    }
  }
}

extension Index {
  fileprivate var withoutAnnotations: [Descriptor] {
    manifests.map { manifest in
      var descriptor = Descriptor(mediaType: manifest.mediaType, size: manifest.size, digest: manifest.digest)
      descriptor.artifactType = manifest.artifactType
      return descriptor
    }
  }
}
