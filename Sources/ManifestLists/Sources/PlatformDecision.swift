import OCI

/// The platform of an image, and what states it.
package struct PlatformDecision: Hashable, Sendable {
  package private(set) var platform: Platform
  package let origin: PlatformOrigin
  /// The variant that the config states, where the architecture does not have it. `platform` is without it.
  package private(set) var unknownVariant: String?
  /// The platform as the index states it, where `platform` has another spelling.
  private(set) var otherSpelling: Platform?

  /// The platform that an image's tag and config state. Where both state one they must agree; what one of them leaves out
  /// (a variant, an operating system) is taken from the other.
  ///
  /// - Throws: `PublishError` if they disagree, neither states a platform, or the config is not that of a runnable image.
  init(tag: InferredPlatform?, config: ImageConfig, of source: Source) throws(PublishError) {
    if config.declaresNoPlatform { throw .notRunnable(source, .noPlatform) }
    guard !config.namesNoPlatform else {
      self = try PlatformDecision(tag: tag, of: source)
      return
    }
    guard let platform = config.platform(completedBy: tag?.platform) else { throw .noPlatform(source) }
    self.platform = platform
    unknownVariant = config.unknownVariant(completedBy: tag?.platform)
    guard let tag, !tag.isOfPath else {
      origin = .config
      return
    }
    guard tag.agrees(with: platform) else { throw .platformsDiffer(source, tag: tag.platform, config: platform) }
    origin = .tagAndConfig
  }

  /// The platform that the user assigned. The version and the features of the operating system are the config's where the
  /// user assigned none.
  ///
  /// - Throws: `PublishError.unknownPlatform` if engines do not know the architecture or the operating system, and the config
  ///   does not state the same.
  init(assigned: Platform, config: ImageConfig?, of source: Source) throws(PublishError) {
    let stated = config?.platform()
    if let unknown = assigned.unknownWord,
      stated?.os != assigned.os || stated?.architecture != assigned.architecture
    {
      throw .unknownPlatform(source, unknown)
    }
    var platform = assigned
    if let config, config.os == assigned.os {
      platform.osVersion = assigned.osVersion ?? config.osVersion
      platform.osFeatures = assigned.osFeatures ?? config.osFeatures
    }
    self.platform = platform
    origin = .assigned
  }

  /// Sets the parts that the user assigned to an image whose operating system and architecture are its own.
  ///
  /// - Throws: `PublishError.unknownPlatform` if the architecture has no such variant, or the operating system no versions.
  mutating func assign(_ source: Source) throws(PublishError) {
    let parts = source.platformParts
    do throws(PlatformError) {
      if let variant = parts.variant {
        let name = "\(platform.os)/\(platform.architecture)/\(variant)"
        platform.variant = try Platform(parsing: name).variant
        unknownVariant = nil
      }
      if let version = parts.osVersion { try platform.setVersion(version) }
    } catch { throw .unknownPlatform(source, error) }
    platform.osFeatures = parts.osFeatures ?? platform.osFeatures
  }

  /// The platform that an index states for one of its images, in the spelling that all engines find.
  init(inIndex stated: Platform) {
    origin = .index
    platform = stated.isRunnable ? stated.spelled : stated
    otherSpelling = platform == stated ? nil : stated
  }

  /// The platform that the name alone states.
  ///
  /// - Throws: `PublishError.noPlatform` if it states none.
  init(tag: InferredPlatform?, of source: Source) throws(PublishError) {
    guard let tag else { throw .noPlatform(source) }
    platform = tag.platform
    origin = tag.isOfPath ? .path : .tag
  }
}

extension InferredPlatform {
  /// False if an image for the other platform cannot be what the name states.
  func agrees(with other: Platform) -> Bool {
    let (tag, image) = (platform.normalized, other.normalized)
    return tag.architecture == image.architecture
      && (platform.variant == nil || tag.variant == image.variant)
      && (tag.os == image.os || !namesOS)
  }
}
