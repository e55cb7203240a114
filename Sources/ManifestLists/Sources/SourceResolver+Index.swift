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
    let children = try await IndexChildren(of: source, selection, store, budget).read(index)
    let images = children.filter(\.isImage)
    if source.hasAssignedPlatform, images.count > 1 {
      throw PublishError.severalImages(source, images.compactMap(\.descriptor.platform))
    }
    let isOneImage = images.count == 1
    let results = await children.concurrentMap { child in
      do { return try await entry(of: child, source, isOneImage: isOneImage, store) } catch let error as PublishError {
        // An option for the source would be for all its images, or for none in the user's own list.
        throw isOneImage && source.reading != .document ? error : error.naming(child.descriptor)
      }
    }
    let entries = try PublishError.values(of: results)
    let selected = selection.selected(among: entries)
    let hasImages = selected.contains { $0.descriptor.runnablePlatform != nil }
    // Where platforms were selected, it is enough if another source has them.
    if !hasImages, selection.platforms.isEmpty { throw PublishError.noImages(source) }
    return selected
  }

  /// - Parameter isOneImage: Whether the index has no other image.
  private func entry(
    of child: IndexChildren.Child,
    _ source: Source,
    isOneImage: Bool,
    _ store: any ImageSource
  ) async throws -> ListEntry {
    let descriptor = child.descriptor
    let place = source.place.manifest(descriptor.digest)
    let asItIs = ListEntry(source: source, place: place, descriptor: descriptor, origin: .index)
    guard let image = child.image, child.mayBeImage else { return asItIs }
    let name = ManifestName.digest(descriptor.digest, tag: nil)
    let isAssigned = isOneImage && child.isImage && (source.platform != nil || platformFrom == .tag)
    var config: ImageConfig?
    var decision: PlatformDecision
    if isAssigned {
      (decision, config) = try await platform(of: source, image, name, store)
    } else if let platform = descriptor.platform {
      let type = image.config.mediaType
      guard type.mayBeImageConfig else { throw PublishError.notRunnable(source, .config(type)) }
      decision = try self.decision(platform, of: source)
    } else {
      config = try await self.config(image.config, of: source, name, store)
      if descriptor.statedPlatform == nil, image.isForOtherPrograms(config) { return asItIs }
      decision = try self.decision(image, config, of: source)
    }
    try decision.assign(source)
    var entry = ListEntry(source, place, descriptor, decision)
    if readsLabels { entry.labels = try await labels(of: source, config, image.config, name, store) }
    return entry
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

extension FoundImage {
  /// True for the manifest of an attestation, or of another artifact, which has no platform either.
  ///
  /// - Parameter config: Nil if it is not that of an image.
  fileprivate func isForOtherPrograms(_ config: ImageConfig?) -> Bool {
    guard let config else { return true }
    return config.declaresNoPlatform
      || config.namesNoPlatform && NotRunnable(layers, inConfig: config.layerCount) != nil
  }
}

extension PublishError {
  /// The same error about an image of the source.
  fileprivate func naming(_ child: Descriptor) -> PublishError {
    switch self {
    case .notRunnable(let source, let reason): .badChild(source, child, reason)
    case .badConfig(let source, let error): .badChild(source, child, error)
    case .noPlatform(let source): .badChild(source, child, NoPlatform())
    case .platformsDiffer(let source, let tag, let config): .childDiffers(source, tag: tag, child: config)
    default: self
    }
  }
}

/// Neither the index nor the image states the platform.
private struct NoPlatform: Error, CustomStringConvertible {
  let description = "cannot determine its platform"
}
