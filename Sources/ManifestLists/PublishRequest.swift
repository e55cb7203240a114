import OCI

/// What is to be published, checked as far as it can be without asking anyone.
package struct PublishRequest: Sendable {
  package let repository: Repository
  /// Each tag that the list is to have; the first is that of LIST.
  package let tags: [Tag]
  package let sources: [Source]
  package var platformFrom = PlatformFrom.check
  package var form = ListForm.automatic
  /// Nothing is sent.
  package var isDryRun = false

  /// Whose word counts for what an image runs on.
  package enum PlatformFrom: String, Sendable, CaseIterable {
    /// The tag's and the config's, which must agree.
    case check
    case tag
    case config
  }

  /// What kind of list is made.
  package enum ListForm: String, Sendable, CaseIterable {
    /// A docker manifest list if every child is a docker image, otherwise an OCI index.
    case automatic = "auto"
    case oci
    case docker
  }

  /// - Parameters:
  ///   - list: LIST.
  ///   - images: IMAGE…
  ///   - platforms: `IMAGE=PLATFORM` from `--platform`, each IMAGE as it stands in `images`.
  /// - Throws: `PublishRequestError`, `ReferenceError` or `PlatformError`.
  package init(list: String, images: [String], tags: [String] = [], platforms: [String] = []) throws {
    let reference = try Reference(parsing: list)
    if reference.digest != nil { throw PublishRequestError.listHasDigest(list) }
    let repository = reference.repository
    var sources = try images.map { try Source($0, in: repository) }
    for assignment in platforms {
      // The last one: no platform holds an equals sign, and no reference does.
      guard let sign = assignment.lastIndex(of: "=") else { throw PublishRequestError.noImage(platform: assignment) }
      let image = try Source(String(assignment[..<sign]), in: repository)
      let platform = try Platform(parsing: String(assignment[assignment.index(after: sign)...]))
      let named = sources.indices.filter { sources[$0].reference == image.reference }
      if named.isEmpty { throw PublishRequestError.unknownImage(image.text, platform: assignment) }
      for index in named {
        if let other = sources[index].platform, other != platform {
          throw PublishRequestError.twoPlatforms(image.text, other, platform)
        }
        sources[index].platform = platform
      }
    }
    self.repository = repository
    self.sources = sources
    self.tags = try ([reference.tag ?? .latest] + tags.map { tag throws(ReferenceError) in try Tag(parsing: tag) })
      .unique
    for source in sources where source.reference.repository == repository && source.reference.digest == nil {
      guard let tag = source.reference.tag, self.tags.contains(tag) else { continue }
      throw PublishRequestError.listIsImage(source.text, name(tag))
    }
  }

  /// The name of the list under one of its tags.
  package func name(_ tag: Tag) -> Reference { Reference(repository, tag: tag) }
}

package enum PublishRequestError: Error, Hashable {
  case listHasDigest(String)
  case noImage(platform: String)
  case unknownImage(String, platform: String)
  case twoPlatforms(String, Platform, Platform)
  /// The image would lose its name to the list.
  case listIsImage(String, Reference)
}

extension PublishRequestError: CustomStringConvertible {
  package var description: String {
    switch self {
    case .listHasDigest(let list):
      "\(list) has a digest, and the list's digest is only known when it is made: give LIST as NAME or NAME:TAG"
    case .noImage(let platform):
      "--platform \(platform) does not say for which image: --platform IMAGE=OS/ARCH[/VARIANT]"
    case .unknownImage(let image, let platform): "--platform \(platform) is for \(image), which is not among the images"
    case .twoPlatforms(let image, let first, let second):
      "--platform says two things of \(image): \(first) and \(second)"
    case .listIsImage(let image, let list):
      "\(image) is one of the images, and \(list) is to be the list: the image would lose its name. LIST comes first, and has a name of its own: publish \(list.repository):TAG IMAGE..."
    }
  }
}

extension [Tag] {
  fileprivate var unique: [Tag] {
    var seen: Set<Tag> = []
    return filter { seen.insert($0).inserted }
  }
}
