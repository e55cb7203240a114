import OCI
import OCIRegistry
import Transfer

extension SourceResolver {
  /// The entries that an index gives: its images, each with its own platform, and their attestations.
  ///
  /// - Throws: `PublishError` or `RegistryError`.
  func entries(
    of index: Index,
    _ source: Source,
    _ store: any ImageSource
  ) async throws -> [ListEntry] {
    let children = try await IndexChildren(of: source, selection, store).read(index)
    let images = children.filter { !$0.descriptor.isAttestation }
    let isAssigned = source.platform != nil || platformFrom == .tag
    if source.hasAssignedPlatform, images.count > 1 {
      throw PublishError.severalImages(source, images.compactMap(\.descriptor.platform))
    }
    let results = await children.concurrentMap { child in
      let descriptor = child.descriptor
      let place = source.place.manifest(descriptor.digest)
      if descriptor.isAttestation {
        return ListEntry(source: source, place: place, descriptor: descriptor, origin: .index)
      }
      let name = ManifestName.digest(descriptor.digest, tag: nil)
      var config: ImageConfig?
      var decision: PlatformDecision
      if let platform = descriptor.platform, !isAssigned || images.count > 1 {
        decision = try self.decision(platform, of: source)
      } else {
        (decision, config) = try await self.platform(of: source, child.image, name, store)
      }
      try decision.assign(source)
      var entry = ListEntry(source, place, descriptor, decision)
      if readsLabels {
        entry.labels = try await self.labels(of: source, config, child.image.config, name, store)
      }
      return entry
    }
    let entries = try PublishError.values(of: results)
    let selected = selection.selected(among: entries)
    let hasImages = selected.contains { $0.descriptor.runnablePlatform != nil }
    // Where platforms were selected, it is enough if another source has them.
    if !hasImages, selection.platforms.isEmpty { throw PublishError.noImages(source) }
    return selected
  }

  /// The platform that an index states for one of its images.
  private func decision(_ stated: Platform, of source: Source) throws(PublishError) -> PlatformDecision {
    let decision = PlatformDecision(inIndex: stated)
    let platform = decision.platform
    if platformFrom != .config,
      let tag = source.inferredPlatform(in: listTags), !tag.isOfPath, !tag.agrees(with: platform)
    {
      throw .childDiffers(source, tag: tag.platform, child: platform)
    }
    return decision
  }
}
