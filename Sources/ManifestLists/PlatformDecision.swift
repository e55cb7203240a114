import OCI

/// What an image is said to run on, and who said it.
package struct PlatformDecision: Hashable, Sendable {
  package let platform: Platform
  package let origin: Origin

  package enum Origin: Hashable, Sendable {
    case option, tag, path, config, tagAndConfig
  }

  /// The platform of an image by the word of its tag and its config. Where both say something they must say the same;
  /// what one of them leaves out (a variant, an operating system) is taken from the other.
  ///
  /// - Throws: `PublishError` if they disagree, neither says anything, or the config is no runnable image's.
  init(tag: InferredPlatform?, config: ImageConfig, of source: Source) throws(PublishError) {
    if config.declaresNoPlatform { throw .notRunnable(source, config: nil) }
    guard !config.namesNoPlatform else {
      self = try PlatformDecision(tag: tag, of: source)
      return
    }
    guard let platform = config.platform(completedBy: tag?.platform) else { throw .noPlatform(source) }
    self.platform = platform
    guard let tag, !tag.isOfPath else {
      origin = .config
      return
    }
    guard tag.agrees(with: platform) else { throw .platformsDiffer(source, tag: tag.platform, config: platform) }
    origin = .tagAndConfig
  }

  /// What the option leaves open, the version and the features of the operating system, the config may know.
  init(option: Platform, config: ImageConfig?) {
    var platform = option
    if let config, config.os == option.os {
      platform.osVersion = config.osVersion
      platform.osFeatures = config.osFeatures
    }
    self.platform = platform
    origin = .option
  }

  init(tag: InferredPlatform?, of source: Source) throws(PublishError) {
    guard let tag else { throw .noPlatform(source) }
    platform = tag.platform
    origin = tag.isOfPath ? .path : .tag
  }
}

extension InferredPlatform {
  fileprivate func agrees(with config: Platform) -> Bool {
    let (mine, theirs) = (platform.normalized, config.normalized)
    return mine.architecture == theirs.architecture
      && (platform.variant == nil || config.variant == nil || mine.variant == theirs.variant)
      && (mine.os == theirs.os || !namesOS)
  }
}

extension PlatformDecision.Origin: CustomStringConvertible {
  package var description: String {
    switch self {
    case .option: "from --platform"
    case .tag: "from the tag"
    case .path: "from the repository's name"
    case .config: "from the image"
    case .tagAndConfig: "tag and image agree"
    }
  }
}
