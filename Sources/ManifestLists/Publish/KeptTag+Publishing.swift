import OCI
import OCIRegistry
import Transfer

extension TagTemplate {
  /// The tags of all images of a list, in every repository of the list. Attestations have none.
  ///
  /// - Throws: `PublishError` if a tag is not valid, a name of the list, or the tag of another image.
  func tags(of entries: [ListEntry], _ request: PublishRequest) throws -> [KeptTag] {
    var kept: [Place: ListEntry] = [:]
    return try entries.flatMap { entry -> [KeptTag] in
      guard let platform = entry.descriptor.runnablePlatform else { return [] }
      let tag: Tag
      do throws(TagTemplateError) { tag = try self.tag(for: platform) } catch {
        throw PublishError.badKeptTag(entry, error)
      }
      var seen: Set<Store> = []
      return try request.names.filter { seen.insert($0.store).inserted }.map { list in
        let name = list.naming(tag)
        if request.names.contains(name) { throw PublishError.keptTagIsName(name, entry) }
        if let other = kept.updateValue(entry, forKey: name) { throw PublishError.sameKeptTag(tag, other, entry) }
        // With a digest, the tag is only a remark.
        let isSource = request.sources.contains { $0.place == name }
        if isSource, entry.place != name { throw PublishError.keptTagIsImage(name, entry) }
        let isFree = entry.place == name || !request.isUsedByOthers(name)
        if !isFree || request.keptTagsOfRun?.take(name, for: entry, of: request.names[0]) == false {
          throw PublishError.keptTagIsOther(name, entry)
        }
        return KeptTag(name: name, entry: entry)
      }
    }
  }
}

extension PublishRequest {
  /// True for a name or an image of another list of the run, and for a tag that another list's pattern would find.
  fileprivate func isUsedByOthers(_ name: Place) -> Bool {
    namesOfRun.contains(name.identity) || patternsOfRun.contains { $0.list != names[0] && $0.standsFor(name) }
  }

  /// Leaves out the tags that a pattern has found only because an earlier run has made them: another image is the same, or it
  /// takes the place of the one that the present list has.
  ///
  /// - Parameter lists: What the names of the list refer to now.
  /// - Returns: The request and the images without these tags, and the tags.
  func leavingOutKeptTags(
    of resolution: Resolution,
    replacing lists: PresentNames
  ) -> (request: PublishRequest, resolution: Resolution, leftOut: [Place]) {
    guard let keptTags else { return (self, resolution, []) }
    let stores = Set(names.map(\.store))
    let made = resolution.entries.filter { stores.contains($0.place.store) && $0.isFromPattern(taggedBy: keptTags) }
    let places = Set(made.map(\.place))
    let others = resolution.entries.filter { !places.contains($0.place) }.map(\.descriptor)
    let digests = Set(others.map(\.digest))
    let platforms = Set(others.compactMap(\.runnablePlatform?.normalized))
    let former = lists.images
    let leftOut = made.filter { entry in
      if digests.contains(entry.descriptor.digest) { return true }
      let isReplaced = entry.descriptor.runnablePlatform.map { platforms.contains($0.normalized) } ?? false
      return isReplaced && former.contains(entry.descriptor.digest)
    }.map(\.place)
    var (request, rest) = (self, resolution)
    request.sources.removeAll { leftOut.contains($0.place) }
    rest.entries.removeAll { leftOut.contains($0.place) }
    return (request, rest, leftOut)
  }

  /// Names that the template probably makes, as far as this is known before the images are: they can be read at the same
  /// time then.
  var likelyKeptNames: [Place] {
    keptNames(for: statedPlatforms)
  }

  /// The platforms that images or the user state, as far as this is known before the images are.
  package var statedPlatforms: [Platform] {
    sources.compactMap { $0.platform ?? $0.inferredPlatform(in: self.tags)?.platform } + expectedPlatforms
  }

  /// Each once, in every repository and layout of the list. None without a template.
  package func keptNames(for platforms: [Platform]) -> [Place] {
    guard let keptTags else { return [] }
    let tags = Set(platforms.compactMap { try? keptTags.tag(for: $0) })
    var seen: Set<Store> = []
    let lists = names.filter { !$0.store.isArchive && seen.insert($0.store).inserted }
    return lists.flatMap { list in tags.map(list.naming) }
  }
}

extension ListEntry {
  /// True for an image of a pattern, with the tag that the template makes for it.
  fileprivate func isFromPattern(taggedBy template: TagTemplate) -> Bool {
    guard case .pattern = source.reading, place == source.place, let platform = descriptor.runnablePlatform else {
      return false
    }
    return (try? template.tag(for: platform)) == place.tag
  }
}

extension [KeptTag] {
  /// - Parameters:
  ///   - names: What the tags refer to now.
  ///   - lists: What the names of the list refer to now.
  /// - Returns: Warnings for tags that other images lose. Those of the present list got theirs from an earlier publish.
  /// - Throws: `PublishError.keptTagIsList`, or `PublishError.several` of them.
  func check(_ names: PresentNames, replacing lists: PresentNames) throws(PublishError) -> [ListWarning] {
    let former = lists.images
    var (warnings, errors): ([ListWarning], [PublishError]) = ([], [])
    for kept in self {
      switch names.contents[kept.name] {
      case .list: errors.append(.keptTagIsList(kept.name, kept.entry))
      case .unknown(let error): warnings.append(.nameNotRead(kept.name, error))
      case .image(let digest, _):
        let isKnown = digest.map { $0 == kept.entry.descriptor.digest || former.contains($0) } ?? false
        if !isKnown { warnings.append(.tagMoved(kept, from: digest)) }
      case .nothing, nil: break
      }
    }
    try PublishError.check(errors)
    return warnings
  }

  /// Gives the images their tags. They are in the repositories already.
  ///
  /// - Parameters:
  ///   - names: What the tags refer to now.
  ///   - onEvent: Called for each tag that changes.
  /// - Returns: The tags that have changed.
  /// - Throws: `PublishError`, and what the stores throw.
  func put(
    over names: PresentNames,
    _ stock: CopiedImages,
    onEvent: @escaping @Sendable (ListEvent) -> Void
  ) async throws -> [Place] {
    // An image whose own tag it is has it already.
    let missing = filter { $0.entry.place != $0.name && !names.has($0.entry.descriptor, as: $0.name) }
    let events = OrderedEvents(onEvent)
    let images = Dictionary(grouping: missing.indices) { missing[$0].entry }.map { (entry: $0.key, tags: $0.value) }
    // Large manifests were not kept in memory: there may be many.
    let results = await images.concurrentMap(limit: ImageTransfer.requests) { image in
      let name = ManifestName.digest(image.entry.descriptor.digest, tag: nil)
      let manifest = try await stock.stores.source(image.entry.place.store).manifest(name) { $0 }
      return await image.tags.concurrentMap { number in
        onEvent(.tagging(missing[number]))
        _ = try await stock.put(manifest, as: missing[number].name)
        events.end(number, .tagged(missing[number]))
        return number
      }
    }
    events.endAll()
    let each = results.flatMap { result -> [Result<Int, any Error>] in
      switch result {
      case .success(let tags): tags
      case .failure(let error): [.failure(error)]
      }
    }
    let tagged = each.compactMap { try? $0.get() }.sorted().map { missing[$0].name }
    do { _ = try PublishError.values(of: each) } catch {
      throw PublishError.adding(tagged, to: error)
    }
    return tagged
  }
}
