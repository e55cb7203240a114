import ManifestLists
import OCI
import OCIRegistry

extension PublishError: Advised {
  var advice: String? {
    if let list = document { return advice(onDocument: list) }
    return switch self {
    case .noPlatform(let source): "Set it: --platform \(word: source.text)=OS/ARCH"
    case .platformsDiffer(let source, let tag, let config):
      """
      If the tag is wrong, use the image's platform: --platform \(word: "\(source.text)=\(config)") (or --platform-from config for all)
      If the image is wrong, build and push it again; to use the tag's platform anyway: --platform \(word: "\(source.text)=\(tag)")
      """
    case .sameSource: "Name each image once"
    case .samePlatform(_, let first, let second):
      first.place == second.place
        ? "Name each image once. If a list has one twice, publish that list again, with each image once"
        : Self.advice(onSamePlatform: first.source, second.source)
    case .missing(let source, let error, let nearest): Self.advice(onMissing: source, error, nearest)
    case .noMatch(_, let others, let nearest):
      others.isEmpty ? nearest.examples : "Name the images themselves: \(others.asWords)"
    case .notInLayout: "To copy an image of a registry, name it whole: HOST/REPOSITORY:TAG"
    case .tooManyMatches: "Use a pattern that matches only the images of this list"
    case .badChild(_, _, let error) where !error.isAboutContent: (error as? any Advised)?.advice
    case .noLayout(let layout):
      "Name the images in the place of the list, so that they are copied: docker manifestx publish \(word: layout):TAG IMAGE..."
    case .badChild(let source, let child, _):
      """
      Build and push \(source) again
      \(child.lacksPlatform
        ? "To publish its other images, name each by its digest; \(Self.inspection(of: source))"
        : "To publish its other images, name their platforms: --platform-filter OS/ARCH")
      """
    case .childDiffers(let source, _, let child):
      """
      If the tag is wrong, use the platforms of the images: --platform-from config
      If the image is wrong, leave it out: --platform-filter, without \(child); \(Self.inspection(of: source))
      """
    case .severalImages(let source, _):
      "Name one of its images by its digest, and set that one's platform; \(Self.inspection(of: source))"
    case .noImages(let source), .tooManyImages(let source, _), .tooDeep(let source, _): Self.inspection(of: source)
    case .notSelected: "Change --platform-filter, or add an image for that platform"
    case .unexpectedPlatforms: "Nothing was published. Add or leave out images, or change --expect"
    case .notRunnable(let source, let reason):
      "\(reason.repair)To add it to the list anyway, set its platform: --platform \(word: source.text)=OS/ARCH"
    case .listNamesOther(let list, _, let isFirst):
      """
      \(isFirst ? Self.order(of: list) : "Use another tag: --tag TAG")
      To publish under this name anyway: --platform-from config
      """
    case .nameIsImage(_, _, _, let isOverridable):
      "Use another tag for the list"
        + (isOverridable ? "\nTo publish under this name anyway: --platform-from config" : "")
    case .listIsImage(let source, let list)
    where source.place.identity != list.identity && !list.store.isArchive:
      "Name the image by its digest, or use another layout for the list"
    case .listIsImage(let source, let list):
      list.store.isArchive
        ? "Use another file for the list, or a directory: oci-layout://DIRECTORY:TAG"
        : "Give the list another name, or leave out the image \(source). LIST comes first: \(list.store):TAG IMAGE..."
    case .sameKeptTag(_, let one, let other)
    where one.descriptor.platform?.os == "windows" && one.isForSameName(as: other):
      "The tags of --keep-tags do not tell versions of Windows apart: leave it out"
    case .keptTagIsName, .keptTagIsImage, .keptTagIsOther, .keptTagIsList, .badKeptTag, .sameKeptTag:
      TagTemplateError.adviceOnTags
    case .notDocker, .indexNotDocker: "Leave out --media-type docker"
    case .dockerListInLayout: "Leave out --media-type docker; with --from, the list must be an OCI index"
    case .incompletePlatform, .otherSpelling, .listInList: Self.documentAdvice
    case .severalNamesInArchive, .keptTagsInArchive: "Use a directory: oci-layout://DIRECTORY:TAG"
    case .notAnnotated: "Change the platform in --annotation, or add an image for it"
    case .badLabels: "Leave out --annotations-from-labels, or build and push the image again"
    case .labelsTooLarge: "Leave out --annotations-from-labels"
    case .badConfig(let source, _):
      """
      Build and push the image again
      To add it to the list anyway, although engines may not read it: --platform \(word: source.text)=OS/ARCH
      """
    case .unknownPlatform(let source, _):
      "Set the platform that the image is built for: --platform \(word: source.text)=OS/ARCH[/VARIANT]"
    case .listTooLarge: "Leave out images or annotations"
    case .badManifest, .partlyPut, .afterTags, .several: nil
    }
  }

  private static func advice(onSamePlatform first: Source, _ second: Source) -> String {
    if first == second, first.reading != .list {
      return "Name those of its images that the list should have, each by its digest"
    }
    for case .pattern(let pattern) in [first.reading, second.reading] {
      return "Use a pattern that matches only one of them (not \(pattern.text)), or name the images themselves"
    }
    if first.reading == .list, second.reading == .list {
      return "Remove one of them from the list first: docker manifestx remove \(word: first) @DIGEST"
    }
    return "Leave one out, or set its platform: --platform IMAGE=OS/ARCH"
  }

  private static func order(of list: Place) -> String {
    "Did you leave out LIST, the name of the multi-platform image? It comes first: \(list.store):TAG IMAGE..."
  }

  private static func advice(onMissing source: Source, _ error: RegistryError, _ nearest: [Tag]) -> String? {
    let reading: String? =
      if source.reading == .tag, let reference = source.place.reference {
        "\u{201C}\(source.text)\u{201D} is read as a tag of \(reference.repository)"
      } else {
        nil
      }
    var hint = error.advice
    if case .notFound = error, source.place.reference?.digest == nil {
      switch source.push {
      case .done: hint = "The engine has pushed it, so its settings may send pushes for this registry to another one"
      case .possible: hint? += " (or add --push)"
      case .impossible: break
      }
    }
    let lines = [reading, nearest.advice, hint].compactMap(\.self)
    return lines.isEmpty ? nil : lines.joined(separator: "\n")
  }

  private static func inspection(of source: Source) -> String {
    "docker manifestx inspect \(word: source) shows what it contains"
  }
}

extension TagTemplateError: Advised {
  fileprivate static let adviceOnTags = "Change the template: --keep-tags with {tag}, {os}, {arch} and {variant}"

  var advice: String? {
    if case .tag = reason { return Self.adviceOnTags }
    return "Use {tag} for the tag of LIST, {os}, {arch} and {variant}: --keep-tags '{tag}-{arch}'"
  }
}

extension [Tag] {
  /// The tags that may have been meant; nil if there are none.
  var advice: String? {
    isEmpty ? nil : "Similar tags in this repository: \(map(\.text).joined(separator: ", "))"
  }

  /// The tags as words of a command. Where not all of them are shown, that is said: who copies them would publish a part.
  fileprivate var asWords: String {
    let most = 10
    return prefix(most).map(\.text).joined(separator: " ") + (count > most ? " (and \(count - most) more)" : "")
  }

  /// Tags that may be quite different from what was asked for.
  fileprivate var examples: String? {
    isEmpty ? nil : "Some tags of this repository: \(map(\.text).joined(separator: ", "))"
  }
}

extension NotRunnable {
  /// The first line of the advice, where the image itself is wrong.
  var repair: String {
    switch self {
    case .layers, .layerType: "Build and push the image again\n"
    case .config, .noPlatform: ""
    }
  }
}

extension ListEntry {
  /// True if only the version of the operating system can tell the platforms apart.
  fileprivate func isForSameName(as other: ListEntry) -> Bool {
    descriptor.platform?.description == other.descriptor.platform?.description
  }
}
