import OCI

/// What is to be published, and how. Checked as far as it can be without a registry.
package struct PublishRequest: Sendable {
  /// Every name that the list is to have, each once. The first one is LIST: its words are compared with the platforms.
  package let names: [Place]
  package internal(set) var sources: [Source]
  /// They stand for further sources.
  package var patterns: [SourcePattern] = []
  /// The list itself, which is published byte for byte. There are no sources then: its images are where the first name is.
  package var document: RawManifest?
  package var platformFrom = PlatformFrom.check
  package var form = ListForm.automatic
  /// Of the images in sources that are indexes.
  package var selection = ImageSelection()
  /// The platforms that the list must have, and no others; empty where any will do.
  package var expectedPlatforms: [Platform] = []
  /// Sources that do not exist yet are left out, and the expected platforms are judged at the end: see `Publisher.join`.
  package var joins = false
  /// How long to wait for sources that do not exist.
  package var waits = Duration.zero
  /// What the list has besides its images.
  package var additions = ListAdditions()
  /// Makes a further tag for each image.
  package var keptTags: TagTemplate?
  /// The names and images of all lists of the run, which a kept tag must not take from them.
  package var namesOfRun: Set<PlaceIdentity> = []
  /// The patterns of all lists of the run. A kept tag must not become an image of another list.
  package var patternsOfRun: [PatternOfList] = []
  /// Of all lists of the run.
  package var keptTagsOfRun: KeptTagsOfRun?
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

  /// - Parameter names: At least one, each with a tag.
  /// - Throws: `PublishError.listIsImage` if publishing the list would take the tag of an image away, `PublishError.sameSource`
  ///   for an image that is there twice, or `PublishError.several` of them.
  package init(names: [Place], sources: [Source]) throws(PublishError) {
    var owners = NameOwners<Place>()
    self.names = names.filter { owners.insert($0, of: $0) == nil }
    self.sources = sources
    var seen: Set<NamedImage> = []
    let errors = sources.compactMap { source -> PublishError? in
      if let list = owners[image: source.place] { return .listIsImage(source, list) }
      return seen.insert(NamedImage(source)).inserted ? nil : .sameSource(source)
    }
    try PublishError.check(errors)
    // Also in two archives: both could be the same file.
    let archives = self.names.map(\.store).filter(\.isArchive)
    if archives.count > 1 { throw .severalNamesInArchive(archives[1]) }
  }

  /// The tags of all names, each once.
  package var tags: [Tag] {
    var seen: Set<Tag> = []
    return names.compactMap(\.tag).filter { seen.insert($0).inserted }
  }

  /// Where the list goes, each once.
  package var targets: [Store] {
    var seen: Set<Store> = []
    return names.map(\.store).filter { seen.insert($0).inserted }
  }
}

/// An image for several platforms, such as one that has only data, is in a list once for each.
private struct NamedImage: Hashable {
  let place: Place
  let platform: Platform?
  let parts: Source.PlatformParts

  init(_ source: Source) { (place, platform, parts) = (source.place, source.platform, source.platformParts) }
}

extension PublishRequest {
  /// Finds what is wrong with the names for this kind of list, whatever its images are.
  ///
  /// - Throws: `PublishError.dockerListInLayout` or `PublishError.keptTagsInArchive`.
  package func checkNames() throws(PublishError) {
    if form == .docker, let name = names.first(where: { $0.layout != nil }) { throw .dockerListInLayout(name) }
    if keptTags != nil, let archive = names.map(\.store).first(where: \.isArchive) {
      throw .keptTagsInArchive(archive)
    }
  }

  /// Everything that is read or written, without what patterns stand for.
  package var places: [Place] { names + sources.map(\.place) }

  /// Says about all sources whether `--push` can be used, or was.
  package mutating func note(_ push: Source.Push) { for index in sources.indices { sources[index].push = push } }

  /// - Throws: `PublishError.unexpectedPlatforms`.
  func checkExpectedPlatforms(of entries: [ListEntry]) throws(PublishError) {
    let (missing, others) = platformDifference(of: entries)
    if !missing.isEmpty || !others.isEmpty { throw .unexpectedPlatforms(missing: missing, others: others) }
  }

  /// The expected platforms that no entry is for, and the platforms of entries that are not expected. None where any will do.
  func platformDifference(of entries: [ListEntry]) -> (missing: [Platform], others: [Platform]) {
    expectedPlatforms.difference(from: entries.compactMap(\.descriptor.runnablePlatform))
  }
}

extension [Platform] {
  /// The platforms of these that are not found, and the found ones that are not among these. None if these are empty: any
  /// will do then.
  func difference(from found: [Platform]) -> (missing: [Platform], others: [Platform]) {
    if isEmpty { return ([], []) }
    let missing = filter { expected in !found.contains { $0.isSame(as: expected) } }
    let others = found.filter { platform in !contains { $0.isSame(as: platform) } }
    return (missing, others)
  }
}
