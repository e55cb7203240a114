import OCI
import OCIRegistry

/// The tags that a user may have meant by one that does not exist. A registry is asked once for each repository, and only
/// where a tag is missing.
actor NearestTags {
  private var tags: [Repository: Task<[Tag], Never>] = [:]

  /// At most three, the most similar one first; none if no tag is similar, or the registry does not say which tags there are.
  ///
  /// - Parameters:
  ///   - reference: What is missing.
  ///   - error: What the registry answered.
  func tags(near reference: Reference, _ error: RegistryError, _ client: RepositoryClient) async -> [Tag] {
    guard let tag = reference.tag, reference.digest == nil, !error.saysNoRepository else { return [] }
    let task = tags[client.repository] ?? Task { (try? await client.tags(limit: 1000, pages: 1)) ?? [] }
    tags[client.repository] = task
    let known = await task.value
    return known.filter(tag.isSimilar).mostSimilar(to: tag.text)
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
  fileprivate var saysNoRepository: Bool {
    guard case .notFound(_, let details) = self else { return false }
    return details.contains { $0.code == "NAME_UNKNOWN" }
  }
}
