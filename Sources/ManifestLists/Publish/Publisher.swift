import OCI
import OCIRegistry
import Transfer

/// Publishes a list: resolves every source, checks them, makes the list, and only then pushes it.
package struct Publisher: Sendable {
  let registries: Registries
  let onEvent: @Sendable (ListEvent) -> Void
  private let known = KnownCopies()

  package init(registries: Registries, onEvent: @escaping @Sendable (ListEvent) -> Void = { _ in }) {
    self.registries = registries
    self.onEvent = onEvent
  }

  /// - Returns: The list that was published, or, in a dry run, would be.
  /// - Throws: `PublishError`, `RegistryError`, `LayoutError` or `SettingsError`. The registry's tags are then as they were, except where
  ///   the error is `PublishError.partlyPut` or `.afterTags`.
  package func publish(_ request: PublishRequest) async throws -> AssembledList {
    try request.checkNames()
    let stores = OpenStores(registries, writing: request.isDryRun ? [] : request.names)
    // Known before the entries are: no round trip more.
    async let reading = PresentNames(reading: request.names, stores)
    async let subject = descriptor(of: request.additions.subject, stores)
    let whole = try await request.resolvingPatterns(stores)
    async let readingTags = PresentNames(reading: whole.likelyKeptNames, stores)
    let all = try await resolve(whole, stores)
    let present = try await reading
    let (request, used, keptTags) = try await leavingOutKeptTags(of: all, whole, replacing: present, stores)
    var resolution = used
    let entries = resolution.entries
    if request.joins { try checkSources(of: &resolution, request) }
    if !request.joins || request.isDryRun { try request.checkExpectedPlatforms(of: entries) }
    let check = NameCheck(request: request, entries: entries, present: present, isPartial: resolution.isPartial)
    try await check.check(stores)
    var list = try IndexAssembler.assemble(resolution, request, subject: try await subject)
    list.sourceDigests = resolution.digests
    list.keptTags = try request.keptTags?.tags(of: entries, request) ?? []
    var tags = try await readingTags
    try await tags.read(list.keptTags.map(\.name), stores)
    let moved = try list.keptTags.check(tags, replacing: present)
    onEvent(.assembled(list))
    (entries.flatMap(\.warnings) + check.warnings + moved + list.warnings(request)).forEach { onEvent(.warning($0)) }
    [request.additions.note, list.isOCIByAdditions ? .ociIndex : nil, .leavingOut(keptTags)].compactMap(\.self)
      .forEach { onEvent(.note($0)) }
    try OpenStores.checkWritable(request.names.filter { !present.has(list.manifest, as: $0) })
    let copies = copies(
      of: list,
      to: request.names.filter { $0.layout?.storage == .directory || !present.has(list.manifest, as: $0) }
    )
    if request.isDryRun {
      for copy in copies { try await copy.planned(stores).map { onEvent(.planned($0)) } }
    } else {
      let stock = copied(copies, stores)
      try await stock.copy()
      let tagged = try await list.keptTags.put(over: tags, stock, onEvent: onEvent)
      do { try await put(list.manifest, as: request.names, present, stock) } catch {
        throw PublishError.adding(tagged, to: error)
      }
    }
    return list
  }

  /// See `PublishRequest.leavingOutKeptTags`.
  private func leavingOutKeptTags(
    of resolution: Resolution,
    _ request: PublishRequest,
    replacing present: PresentNames,
    _ stores: OpenStores
  ) async throws -> (request: PublishRequest, resolution: Resolution, leftOut: [Place]) {
    var rest = request.leavingOutKeptTags(of: resolution, replacing: present)
    // An index that is the only source keeps its digest.
    if !rest.leftOut.isEmpty, rest.request.sources.count == 1 {
      rest.resolution.index = try await resolve(rest.request, stores).index
    }
    return rest
  }

  private func resolve(_ request: PublishRequest, _ stores: OpenStores) async throws -> Resolution {
    let resolver = resolver(request, stores)
    guard let document = request.document else { return try await resolver.resolve(request.sources) }
    return try await resolver.resolve(document, in: request.names[0])
  }

  func resolver(_ request: PublishRequest, _ stores: OpenStores) -> SourceResolver {
    var resolver = SourceResolver(stores: stores, platformFrom: request.platformFrom, onEvent: onEvent)
    resolver.listTags = request.tags
    resolver.selection = request.selection
    resolver.readsLabels = request.additions.annotatesFromLabels
    resolver.leavesOutMissing = request.joins
    resolver.mayHaveMore = !request.patterns.isEmpty
    return resolver
  }

  /// - Throws: `JoinError.noImages`, or `JoinError.notSelected`.
  private func checkSources(of resolution: inout Resolution, _ request: PublishRequest) throws(JoinError) {
    if resolution.digests.isEmpty { throw .noImages(request.sources, request.patterns) }
    if resolution.entries.isEmpty { throw .notSelected(request.selection.platforms) }
    resolution.leftOut.forEach { onEvent(.leftOut($0)) }
    resolution.isPartial = !resolution.leftOut.isEmpty || !request.patterns.isEmpty
  }

  /// Nil if no manifest is named.
  private func descriptor(of subject: Place?, _ stores: OpenStores) async throws -> Descriptor? {
    guard let subject else { return nil }
    return try await stores.source(subject.store).manifest(stores.name(of: subject)) { $0.descriptor() }
  }

  func copied(_ copies: [ImageCopy], _ stores: OpenStores) -> CopiedImages {
    CopiedImages(copies: copies, stores: stores, known: known, onEvent: onEvent)
  }

  /// The copies to every store that does not have the images. A registry that has the list has its images. The directory of a
  /// layout may lack some of them, even of those that are its own. An archive is written anew.
  func copies(of list: AssembledList, to names: [Place]) -> [ImageCopy] {
    Set(names.map(\.store)).flatMap { target in
      list.children.filter { $0.key != target || target.repository == nil }.map {
        ImageCopy(images: $0.value, source: $0.key, target: target)
      }
    }.sorted { "\($0)" < "\($1)" }
  }
}

extension AssembledList {
  fileprivate func warnings(_ request: PublishRequest) -> [ListWarning] {
    request.additions.annotatesFromLabels && entries.sharedLabels.isEmpty ? [.noSharedLabels] : []
  }
}

extension ListEntry {
  var warnings: [ListWarning] {
    guard let platform = descriptor.runnablePlatform else {
      let unknown = descriptor.hasHalfUnknownPlatform ? descriptor.platform?.unknownWord : nil
      return unknown.map { [.unknownPlatform(place, $0)] } ?? []
    }
    let variant = unknownVariant.map { ListWarning.unknownVariant(place, variant: $0, platform) }
    let spelling = otherSpelling.map { ListWarning.otherSpelling(place, stated: $0, platform) }
    let word = platform.unknownWord.map { ListWarning.unknownPlatform(place, $0) }
    let features = unusableFeatures.isEmpty ? nil : ListWarning.osFeatures(self, unusableFeatures)
    return [variant, spelling, word, features].compactMap(\.self)
  }

  /// Those that no machine states, where the user did not ask for them. Windows knows its own.
  private var unusableFeatures: [String] {
    guard let platform = descriptor.runnablePlatform, platform.os != "windows" else { return [] }
    let isRequested = (source.platform?.osFeatures ?? source.platformParts.osFeatures) != nil
    return isRequested ? [] : (platform.osFeatures ?? []).filter { !$0.isEmpty }
  }
}
