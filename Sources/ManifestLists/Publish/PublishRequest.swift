import OCI

/// What is to be published, and how. Checked as far as it can be without a registry.
package struct PublishRequest: Sendable {
  /// Where the list goes.
  package let repository: Repository
  /// The tags that the list is to have, each once.
  package let tags: [Tag]
  package let sources: [Source]
  package var platformFrom = PlatformFrom.check
  package var form = ListForm.automatic
  /// Of the images in sources that are indexes.
  package var selection = ImageSelection()
  /// The platforms that the list must have, and no others; empty where any will do.
  package var expectedPlatforms: [Platform] = []
  /// Nothing is pushed.
  package var isDryRun = false

  /// Where the platform of an image comes from, unless its source assigns one.
  package enum PlatformFrom: String, Sendable, CaseIterable {
    /// From the tag and the config, which must agree.
    case check
    case tag
    case config
  }

  /// The kind of list.
  package enum ListForm: String, Sendable, CaseIterable {
    /// A docker manifest list if every entry is a docker image, otherwise an OCI index.
    case automatic = "auto"
    case oci
    case docker
  }

  /// - Parameter tags: At least one. The first one is the list's own; its words are compared with the platforms.
  /// - Throws: `PublishError.listIsImage` if pushing the list would replace an image, or `PublishError.several`
  ///   of them.
  package init(repository: Repository, tags: [Tag], sources: [Source]) throws(PublishError) {
    self.repository = repository
    self.tags = tags.unique
    self.sources = sources
    let errors = sources.compactMap { source -> PublishError? in
      guard source.reference.repository == repository, source.reference.digest == nil, let tag = source.reference.tag,
        tags.contains(tag)
      else { return nil }
      return .listIsImage(source, Reference(repository, tag: tag))
    }
    try PublishError.check(errors)
  }

  /// Every name that the list is to have, in the order of the tags.
  package var names: [Reference] { tags.map { Reference(repository, tag: $0) } }
}

extension PublishRequest {
  /// - Throws: `PublishError.unexpectedPlatforms`.
  func checkExpectedPlatforms(of entries: [ListEntry]) throws(PublishError) {
    guard !expectedPlatforms.isEmpty else { return }
    let found = entries.compactMap(\.descriptor.runnablePlatform)
    let missing = expectedPlatforms.filter { expected in !found.contains { $0.isSame(as: expected) } }
    let others = found.filter { platform in !expectedPlatforms.contains { $0.isSame(as: platform) } }
    if !missing.isEmpty || !others.isEmpty { throw .unexpectedPlatforms(missing: missing, others: others) }
  }
}

extension [Tag] {
  fileprivate var unique: [Tag] {
    var seen: Set<Tag> = []
    return filter { seen.insert($0).inserted }
  }
}
