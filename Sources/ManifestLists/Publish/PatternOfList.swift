import OCI

/// A pattern, and the list whose images it stands for.
package struct PatternOfList: Sendable {
  package let tags: TagPattern
  /// The first name of the list.
  package let list: Place
  /// Where the tags are.
  package let store: StoreIdentity
  private let listTags: [Tag]

  /// - Parameter names: Of the list.
  package init?(_ pattern: SourcePattern, ofListWith names: [Place]) {
    guard let list = names.first else { return nil }
    (tags, self.list, listTags) = (pattern.tags, list, names.compactMap(\.tag))
    store = Store.repository(pattern.tags.repository).identity
  }

  /// True if an image of this name would be one of the list.
  package func standsFor(_ name: Place) -> Bool {
    guard let reference = name.reference, let tag = reference.tag,
      reference.repository.path == tags.repository.path, tags.matches(tag), name.store.identity == store
    else { return false }
    return tag.isImage(inListOf: listTags)
  }
}

extension Tag {
  /// Whether a pattern stands for it.
  ///
  /// - Parameter list: The tags of the list.
  func isImage(inListOf list: [Tag]) -> Bool { InferredPlatform(reading: self, in: list) != nil }
}
