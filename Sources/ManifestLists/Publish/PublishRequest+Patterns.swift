import OCI
import OCIRegistry
import Transfer

extension PublishRequest {
  /// The request with the images that the patterns stand for, in the natural order of their tags. An image that is a source
  /// already, or that an earlier pattern stands for, is not added again. The names of the list are never among them. Of a list
  /// that is joined, the patterns remain: they may stand for further images later, and for none now.
  ///
  /// Each repository is asked for its tags once, all of them at the same time.
  ///
  /// - Throws: `PublishError.noMatch`, or `RegistryError`.
  func resolvingPatterns(_ stores: OpenStores) async throws -> PublishRequest {
    if patterns.isEmpty { return self }
    let repositories = Array(Set(patterns.map(\.tags.repository)))
    let lists = await repositories.concurrentMap { try await Self.tags(of: stores.client($0)) }
    let tags = Dictionary(uniqueKeysWithValues: zip(repositories, try PublishError.values(of: lists)))
    let found = patterns.map { pattern in
      Result {
        do { return try sources(for: pattern.tags, among: tags[pattern.tags.repository] ?? []) } catch PublishError
          .noMatch where joins
        { return [] }
      }
    }
    var seen = Set((sources.map(\.place) + names).map(\.identity))
    var request = self
    if !joins { request.patterns = [] }
    // From the last: the positions of the others stay as they are.
    let additions = zip(patterns, try PublishError.values(of: found)).map { pattern, sources in
      (pattern.position, sources.filter { seen.insert($0.place.identity).inserted })
    }
    for (position, sources) in additions.reversed() { request.sources.insert(contentsOf: sources, at: position) }
    return request
  }

  /// None if there is no such repository.
  private static func tags(of client: RepositoryClient) async throws -> [Tag] {
    do {
      let tags = try await client.tags(limit: tagLimit + 1)
      if tags.count <= tagLimit { return tags }
      throw RegistryError.malformedAnswer(from: "\(client.repository)", "it has more than \(tagLimit) tags")
    } catch RegistryError.unexpected(status: 404, _, let details)
      where details.contains(where: { $0.code == "NAME_UNKNOWN" })
    { return [] }
  }

  /// More than any repository has. Without a limit, a registry could go on for ever, and fill the memory.
  private static var tagLimit: Int { 100_000 }

  private func sources(for pattern: TagPattern, among tags: [Tag]) throws(PublishError) -> [Source] {
    let matches = tags.filter { tag in
      pattern.matches(tag) && !names.contains(.registry(Reference(pattern.repository, tag: tag)))
    }
    let limit = IndexChildren.maximumCount
    let ownTags = self.tags
    let images = Array(matches.lazy.filter { $0.isImage(inListOf: ownTags) }.prefix(limit + 1))
    if images.count > limit { throw .tooManyMatches(pattern, limit: limit) }
    guard images.isEmpty else {
      return images.inNaturalOrder.map { tag in
        let reference = Reference(pattern.repository, tag: tag)
        let text = names.first?.store == .repository(pattern.repository) ? tag.text : "\(reference)"
        return Source(text, reference, reading: .pattern(pattern))
      }
    }
    // Those show how to write one that can match.
    let possible = tags.filter { $0.isImage(inListOf: ownTags) }
    throw .noMatch(
      pattern,
      others: matches.inNaturalOrder,
      nearest: (possible.isEmpty ? tags : possible).mostSimilar(to: pattern.text)
    )
  }
}
