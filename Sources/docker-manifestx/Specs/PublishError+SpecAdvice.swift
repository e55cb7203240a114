import ManifestLists

extension PublishError {
  /// The advice where the list is in a spec file, which has keys in place of options.
  var specAdvice: String? {
    switch self {
    case .noPlatform: "Set it in the file: platform: OS/ARCH"
    case .platformsDiffer(_, let tag, let config):
      """
      If the tag is wrong, use the image's platform, in the file: platform: \(config)
      If the image is wrong, build and push it again; to use the tag's platform anyway: platform: \(tag)
      """
    case .samePlatform: "Leave one out, or set its platform in the file: platform: OS/ARCH"
    case .unexpectedPlatforms: "Add or leave out images, or change what the list is expected to have (expect)"
    case .notRunnable(_, let reason):
      "\(reason.repair)To add it to the list anyway, set its platform in the file: platform: OS/ARCH"
    case .unknownPlatform:
      "Set the platform that the image is built for, in the file: platform: OS/ARCH[/VARIANT]"
    case .badConfig:
      """
      Build and push the image again
      To add it to the list anyway, although engines may not read it, set its platform in the file: platform: OS/ARCH
      """
    case .listNamesOther, .nameIsImage:
      """
      Use another tag for the list
      To publish under this name anyway: --platform-from config
      """
    case .listIsImage(let source, let list) where source.place.identity == list.identity:
      "Use another name for the list"
    case .notDocker, .indexNotDocker, .dockerListInLayout: "Leave out media-type: docker"
    default: advice
    }
  }
}
