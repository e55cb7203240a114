import OCI
import OCIRegistry

/// The tags that a user may have meant by one that does not exist. A registry is asked once for each repository, and only
/// where a tag is missing.
actor NearestTags {
  private var tags: [Repository: Task<KnownTags, Never>] = [:]

  /// At most three, the most similar one first; none if no tag is similar, or the registry does not say which tags there are.
  ///
  /// - Parameters:
  ///   - reference: What is missing.
  ///   - error: What the registry answered.
  func tags(near reference: Reference, _ error: RegistryError, _ client: RepositoryClient) async -> [Tag] {
    await repositoryTags(near: reference, error, client).similar
  }

  /// The same, and whether there is such a repository.
  func repositoryTags(
    near reference: Reference,
    _ error: RegistryError,
    _ client: RepositoryClient
  ) async -> RepositoryTags {
    if error.saysNoRepository { return RepositoryTags(repositoryExists: false) }
    guard let tag = reference.tag, reference.digest == nil else { return RepositoryTags() }
    let task = tags[client.repository] ?? Task { await KnownTags(of: client) }
    tags[client.repository] = task
    switch await task.value {
    case .unknown: return RepositoryTags()
    case .noRepository: return RepositoryTags(repositoryExists: false)
    case .tags(let known):
      return RepositoryTags(repositoryExists: true, similar: known.filter(tag.isSimilar).mostSimilar(to: tag.text))
    }
  }
}

/// What a registry says about the tags of a repository in which a tag is missing.
package struct RepositoryTags: Sendable {
  /// Nil if the registry does not say.
  package var repositoryExists: Bool?
  /// At most three tags that may have been meant, the most similar one first.
  package var similar: [Tag] = []

  package init(repositoryExists: Bool? = nil, similar: [Tag] = []) {
    (self.repositoryExists, self.similar) = (repositoryExists, similar)
  }
}

private enum KnownTags: Sendable {
  case tags([Tag])
  case noRepository
  case unknown

  init(of client: RepositoryClient) async {
    do { self = .tags(try await client.tags(limit: 1000, pages: 1)) } catch let error as RegistryError {
      self = error.saysNoRepository ? .noRepository : .unknown
    } catch { self = .unknown }
  }
}

extension [Tag] {
  /// At most three, the most similar one first.
  func mostSimilar(to text: String) -> [Tag] {
    // Registries list them in any order.
    let names = SimilarWords.sorted(map(\.text).sorted(), bySimilarityTo: text)
    return names.prefix(3).compactMap { name in first { $0.text == name } }
  }
}

extension Tag {
  /// True if one may have been meant by the other: one of them begins with the other, they differ in few characters, or
  /// only in the platform.
  fileprivate func isSimilar(to other: Tag) -> Bool {
    let (one, two) = (text.lowercased(), other.text.lowercased())
    if min(one.count, two.count) > 1, one.hasPrefix(two) || two.hasPrefix(one) { return true }
    if SimilarWords.isNear(one, two) { return true }
    return withoutPlatform() != nil && withoutPlatform() == other.withoutPlatform()
  }
}

extension RegistryError {
  /// True if the registry answered that it has no such repository.
  var saysNoRepository: Bool {
    switch self {
    case .notFound(_, let details), .unexpected(404, _, let details): details.contains { $0.code == "NAME_UNKNOWN" }
    default: false
    }
  }
}
