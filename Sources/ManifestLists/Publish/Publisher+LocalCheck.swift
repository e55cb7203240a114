import OCI
import Transfer

extension Publisher {
  /// Finds the mistakes that can be known without a registry, before images are pushed. Images in layouts are read. Of those
  /// that are not in the registry yet, only the platforms are known that the user or, with `PlatformFrom.tag`, the tags state.
  ///
  /// - Throws: `PublishError` or `LayoutError`, as `publish`.
  package func checkWithoutRegistries(_ request: PublishRequest) async throws {
    try request.checkNames()
    let stores = OpenStores(registries)
    try OpenStores.checkWritable(request.names)
    var resolver = resolver(request, stores)
    resolver.onEvent = { _ in }
    let inLayouts = request.sources.filter { $0.place.layout != nil }
    let read = try await resolver.resolutions(of: inLayouts, isOnlySource: request.sources.count == 1)
    let others = request.sources.filter { $0.place.layout == nil }
    let stated = try others.compactMap { source in
      try request.statedPlatform(of: source).map { try ListEntry(pushing: source, $0) }
    }
    let entries = read.flatMap(\.entries) + stated
    let isPartial = stated.count < others.count
    try request.checkExpectedPlatforms(of: entries, isPartial: isPartial)
    let nothing = try await PresentNames(reading: [], stores)
    try await NameCheck(request: request, entries: entries, present: nothing, isPartial: isPartial).check(stores)
    var resolution = Resolution(entries: entries)
    resolution.isPartial = isPartial
    _ = try IndexAssembler.assemble(resolution, request)
    guard let template = request.keptTags else { return }
    let anyPlatform = Platform(os: "linux", architecture: "amd64")
    let isKnown = template.isSameForAll && request.selection.platforms.isEmpty
    let all = isKnown ? try request.sources.map { try ListEntry(pushing: $0, anyPlatform) } : entries
    _ = try template.tags(of: all, request)
  }
}

extension PublishRequest {
  /// Nil if only the image itself tells its platform, or completes it.
  fileprivate func statedPlatform(of source: Source) -> Platform? {
    // An index may then have no image for the list.
    guard selection.platforms.isEmpty else { return nil }
    if let platform = source.platform { return platform.os == "windows" && platform.osVersion == nil ? nil : platform }
    return platformFrom == .tag ? source.inferredPlatform(in: tags)?.platform : nil
  }

  /// - Parameter isPartial: Whether there are other images, whose platforms are not known yet.
  /// - Throws: `PublishError.unexpectedPlatforms`.
  fileprivate func checkExpectedPlatforms(of entries: [ListEntry], isPartial: Bool) throws(PublishError) {
    let difference = platformDifference(of: entries)
    // An image that is pushed may be an index, with several variants of the architecture that its tag states.
    let missing = difference.missing.filter { platform in
      !isPartial && !entries.contains { $0.descriptor.platform?.architecture == platform.architecture }
    }
    if missing.isEmpty, difference.others.isEmpty { return }
    throw .unexpectedPlatforms(missing: missing, others: difference.others)
  }
}

extension ListEntry {
  /// What will be the entry of an image that is not in the registry yet: only its platform is known.
  fileprivate init(pushing source: Source, _ platform: Platform) throws {
    // In docker's format, which every list can have.
    var descriptor = Descriptor(mediaType: .dockerManifest, size: 0, digest: try Digest(of: Array("\(source)".utf8)))
    descriptor.platform = platform
    self.init(source: source, place: source.place, descriptor: descriptor, origin: .assigned)
  }
}
