import HTTP
import JSON
import OCI

extension RegistryClient {
  /// The tags of a repository, in the registry's order; not more than `limit` of them.
  ///
  /// Distribution spec, "Listing Tags":
  /// https://github.com/opencontainers/distribution-spec/blob/main/spec.md#listing-tags
  ///
  /// - Throws: `RegistryError`.
  package func tags(of repository: Repository, limit: Int = 10_000) async throws -> [Tag] {
    let first = url(repository, "tags/list")
    var next: String? = "\(first)?n=\(min(limit, Self.tagsOfOnePage))"
    var tags: [Tag] = []
    // A registry whose pages have no end must not keep us: each page has at least one tag, or is the last.
    while let url = next, tags.count < limit {
      let response = try await send(HTTPRequest(.get, url), "listing the tags of \(repository)")
      try RegistryError.check(response, .get, url)
      let page = try Self.page(response, from: url)
      tags += page
      next = page.isEmpty ? nil : response.nextPage.flatMap { address(ofPage: $0, after: first) }
    }
    return Array(tags.prefix(limit))
  }

  /// How many are asked for at once; a registry may give fewer.
  private static let tagsOfOnePage = 1000

  private static func page(_ response: HTTPResponse, from url: String) throws -> [Tag] {
    do {
      // A repository without tags has null there in some registries.
      let names = try JSONNode(JSONValue(decoding: response.body)).optional("tags")?.strings() ?? []
      // What cannot be a tag cannot be asked for either.
      return names.compactMap { try? Tag(parsing: $0) }
    } catch {
      throw RegistryError.nonsense(from: url, "\(error)")
    }
  }

  /// Only the path and the query of the link count: it is this registry that is asked, with the credential that is for
  /// it, whatever host the link names. Nil where the link leads out of the registry's API.
  private func address(ofPage link: String, after first: String) -> String? {
    if link.hasPrefix("?") { return first + link }
    var path = link[...]
    if let scheme = link.firstRange(of: "://") {
      path = link[scheme.upperBound...].drop { $0 != "/" }
    }
    return path.hasPrefix("/v2/") ? EndpointTransport.url(registry, String(path)) : nil
  }
}

extension HTTPResponse {
  /// What `Link: </v2/…>; rel="next"` leads to (RFC 8288).
  fileprivate var nextPage: String? {
    for line in fields.all("Link") {
      for link in line.split(separator: ",") where link.contains("rel=next") || link.contains("rel=\"next\"") {
        guard let start = link.firstIndex(of: "<"), let end = link.firstIndex(of: ">"), start < end else { continue }
        return String(link[link.index(after: start)..<end])
      }
    }
    return nil
  }
}
