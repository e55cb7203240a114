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
  ///   - pages: Not more than so many requests; then, what was found before a page that cannot be read is enough.
  /// - Throws: `RegistryError`, also where there are more tags, and the registry does not say how to get them.
  package func tags(limit: Int = 10_000, pages: Int = .max) async throws -> [Tag] {
    let first = url("tags/list")
    var next: String? = "\(first)?n=\(min(limit, Self.pageSize))"
    var tags: [Tag] = []
    // Ends even if the registry always names a next page: each page has a new tag, but for a few.
    var known: Set<Tag> = []
    var (pageCount, emptyPages) = (0, 0)
    while let url = next, tags.count < limit, pageCount < pages {
      pageCount += 1
      let response = try await send(HTTPRequest(.get, url), "listing the tags of \(repository)")
      try RegistryError.check(response, .get, url)
      let page = try Self.page(response, from: url)
      let new = page.filter { known.insert($0).inserted }
      tags += new
      emptyPages = page.isEmpty ? emptyPages + 1 : 0
      guard tags.count < limit, let link = nextPage(in: response.fields) else { break }
      next = pageURL(link, after: url)
      let problem: String? =
        if pageCount == Self.maximumPages {
          "it has more than \(Self.maximumPages) pages"
        } else if emptyPages > Self.maximumEmptyPages || (new.isEmpty && !page.isEmpty) || next == url {
          "it repeats its pages"
        } else if next == nil {
          "the address of the next page is not in its API"
        } else {
          nil
        }
      guard let problem else { continue }
      if pages < .max { break }
      throw RegistryError.malformedAnswer(from: url, "the list of tags is not complete: \(problem)")
    }
    return Array(tags.prefix(limit))
  }

  /// How many are asked for at once; a registry may give fewer.
  private static let pageSize = 1000
  /// One tag on each would be a request for each.
  private static let maximumPages = 10_000
  /// In a row. Some registries filter tags after they have divided them into pages.
  private static let maximumEmptyPages = 10

  /// The tags in a response.
  ///
  /// - Throws: `RegistryError.malformedAnswer` if it is not a list of tags.
  static func page(_ response: HTTPResponse, from url: String) throws -> [Tag] {
    do {
      let list = JSONNode(try JSONValue(decoding: response.body, duplicateNames: .refusedInAnyCase()))
      // Some registries answer null for a repository without tags. Without any member of the list, it is another document.
      guard let tags = try list.optional("tags") else {
        guard try list.members().contains(where: { ["name", "tags"].contains($0.name) }) else {
          throw JSONError.missing(path: "tags")
        }
        return []
      }
      let names = try tags.strings()
      // A name that cannot be a tag cannot be pulled either.
      return names.compactMap { try? Tag(parsing: $0) }
    } catch {
      try RegistryError.checkNoWebPage(response, url)
      throw RegistryError.malformedAnswer(from: url, "\(error)")
    }
  }

  /// Of the link, only the path and the query are used: the request goes to this registry, with its credential, whatever
  /// host the link names. Nil where the link leads out of the registry's API.
  func pageURL(_ link: String, after url: String) -> String? {
    let next = resolved(link, against: url)
    guard let scheme = next.firstRange(of: "://") else { return nil }
    let path = String(next[scheme.upperBound...].drop { $0 != "/" }).withoutDotSegments
    guard path.hasPrefix("/v2/"), !path.hasDotSegments else { return nil }
    return EndpointTransport.url(repository.registry, path)
  }
}
