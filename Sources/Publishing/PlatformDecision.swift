import OCI

/// What an image is said to run on, and who said it.
package struct PlatformDecision: Hashable, Sendable {
  package let platform: Platform
  package let origin: Origin

  package enum Origin: Hashable, Sendable {
    case option, tag, config, tagAndConfig
  }

  /// The platform of an image by the word of its tag and its config. Where both say something they must say the same;
  /// what one of them leaves out (a variant, an operating system) is taken from the other.
  ///
  /// - Throws: `PublishError` if they disagree, or neither says anything.
  init(tag: InferredPlatform?, config: Platform?, of source: Source) throws(PublishError) {
    switch (tag, config) {
    case (nil, nil): throw .noPlatform(source)
    case (let tag?, nil): (platform, origin) = (tag.platform, .tag)
    case (nil, let config?): (platform, origin) = (config, .config)
    case (let tag?, let config?):
      guard tag.agrees(with: config) else { throw .platformsDiffer(source, tag: tag.platform, config: config) }
      var platform = config
      platform.variant = config.variant ?? tag.platform.variant
      (self.platform, origin) = (platform, .tagAndConfig)
    }
  }

  /// What the option leaves open, the version and the features of the operating system, the config may know.
  init(option: Platform, config: Platform?) {
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
    origin = .tag
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
    case .config: "from the image"
    case .tagAndConfig: "tag and image agree"
    }
  }
}
