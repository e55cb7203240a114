import HTTP
import JSON
import OCI

extension RepositoryClient {
  /// The tags of the repository, in the registry's order.
  ///
  /// Distribution spec, "Listing Tags":
  /// https://github.com/opencontainers/distribution-spec/blob/main/spec.md#listing-tags
  ///
  /// - Parameters:
  ///   - limit: Not more than so many tags.
  ///   - pages: Not more than so many requests.
  /// - Throws: `RegistryError`.
  package func tags(limit: Int = 10_000, pages: Int = .max) async throws -> [Tag] {
    let first = url("tags/list")
    var next: String? = "\(first)?n=\(min(limit, Self.pageSize))"
    var tags: [Tag] = []
    // Ends even if the registry always names a next page: each page has at least one tag, or is the last.
    var rest = pages
    while let url = next, tags.count < limit, rest > 0 {
      rest -= 1
      let response = try await send(HTTPRequest(.get, url), "listing the tags of \(repository)")
      try RegistryError.check(response, .get, url)
      let page = try Self.page(response, from: url)
      tags += page
      next = page.isEmpty ? nil : nextPage(in: response.fields).flatMap { nextURL(ofPage: $0, after: url) }
    }
    return Array(tags.prefix(limit))
  }

  /// How many are asked for at once; a registry may give fewer.
  private static let pageSize = 1000

  private static func page(_ response: HTTPResponse, from url: String) throws -> [Tag] {
    do {
      // Some registries answer null for a repository without tags.
      let list = try JSONValue(decoding: response.body, duplicateNames: .refusedInAnyCase())
      let names = try JSONNode(list).optional("tags")?.strings() ?? []
      // A name that cannot be a tag cannot be pulled either.
      return names.compactMap { try? Tag(parsing: $0) }
    } catch {
      throw RegistryError.malformedAnswer(from: url, "\(error)")
    }
  }

  /// Of the link, only the path and the query are used: the request goes to this registry, with its credential, whatever
  /// host the link names. Nil where the link leads out of the registry's API.
  private func nextURL(ofPage link: String, after url: String) -> String? {
    let next = resolved(link, against: url)
    guard let scheme = next.firstRange(of: "://") else { return nil }
    let path = String(next[scheme.upperBound...].drop { $0 != "/" })
    guard path.hasPrefix("/v2/"), !path.hasDotSegments else { return nil }
    return EndpointTransport.url(repository.registry, path)
  }
}
