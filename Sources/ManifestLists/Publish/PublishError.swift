import OCI
import OCIRegistry

/// Why a list was not published.
package enum PublishError: Error {
  /// Nothing states the platform of the image.
  case noPlatform(Source)
  /// The tag and the config state different platforms.
  case platformsDiffer(Source, tag: Platform, config: Platform)
  /// The user assigned a platform that engines do not know, and the image does not state it either; or a variant that the
  /// image's architecture does not have.
  case unknownPlatform(Source, PlatformError)
  /// The same image is named twice.
  case sameSource(Source)
  /// Two entries are for one platform: an engine would take the first and never see the other.
  case samePlatform(Platform, ListEntry, ListEntry)
  /// The image is not in the registry, which has these similar tags.
  case missing(Source, RegistryError, nearest: [Tag])
  /// No tag of the repository matches the pattern and names an architecture. `others` match, and name none; if there are none
  /// of them, these tags are similar to the pattern.
  case noMatch(TagPattern, others: [Tag], nearest: [Tag])
  /// More tags than this match the pattern, and name an architecture.
  case tooManyMatches(TagPattern, limit: Int)
  /// The source is an index, and one of its entries cannot be used, for this reason.
  case badChild(Source, Descriptor, any Error)
  /// The user has the list, and there is no such layout in which its images could be.
  case noLayout(Store)
  /// A tag alone names an image in the layout of the list, and there is no such layout yet.
  case notInLayout(Source)
  /// The source is an index, and the tag states another platform than one of its images.
  case childDiffers(Source, tag: Platform, child: Platform)
  /// The user assigned a platform to an index that has images for these.
  case severalImages(Source, [Platform])
  /// The source is an index without any image, or without any of the requested platforms.
  case noImages(Source)
  /// The source has more manifests than this.
  case tooManyImages(Source, limit: Int)
  /// The source has indexes in indexes, deeper than this.
  case tooDeep(Source, limit: Int)
  /// None of the images of an index is for these requested platforms.
  case notSelected([Platform])
  /// The list has not exactly the expected platforms: it lacks some, or has others.
  case unexpectedPlatforms(missing: [Platform], others: [Platform])
  case notRunnable(Source, NotRunnable)
  /// A tag of the list states a platform that none of the images is for. `isFirst`: it is that of LIST itself.
  case listNamesOther(Place, Platform, isFirst: Bool)
  /// The name refers to a single image, and its tag states the image's platform. The digest is nil if it is not known.
  /// `isOverridable`: `--platform-from config` allows it.
  case nameIsImage(Place, Digest?, Platform, isOverridable: Bool)
  /// The list is to have the name of one of its images, or a name that the image may have in its layout.
  case listIsImage(Source, Place)
  /// The template for the tags of images makes a name of the list.
  case keptTagIsName(Place, ListEntry)
  /// The template for the tags of images makes the tag of another image.
  case keptTagIsImage(Place, ListEntry)
  /// Another list of the same run has or reads this name, or tags another image so.
  case keptTagIsOther(Place, ListEntry)
  /// The template for the tags of images makes a tag that refers to a list.
  case keptTagIsList(Place, ListEntry)
  /// The template for the tags of images makes no valid tag for the platform of this one.
  case badKeptTag(ListEntry, TagTemplateError)
  /// The template for the tags of images makes the same tag for two of them.
  case sameKeptTag(Tag, ListEntry, ListEntry)
  /// An entry of the user's list has no platform, or one without an operating system or an architecture: not every engine
  /// finds it.
  case incompletePlatform(Descriptor)
  /// An entry of the user's list has a platform in a spelling that not every engine finds.
  case otherSpelling(Digest, Platform, as: Platform)
  /// An entry of the user's list is a list itself: not every engine looks into it.
  case listInList(Descriptor)
  /// A docker manifest list can contain docker images only.
  case notDocker(ListEntry)
  /// A list in an image layout is an OCI index: other programs do not find a docker manifest list there.
  case dockerListInLayout(Place)
  /// An archive of a layout that this program writes has one name.
  case severalNamesInArchive(Store)
  /// The images would get names in an archive, which has room for that of the list.
  case keptTagsInArchive(Store)
  /// The only source is an index with members that a docker manifest list cannot have.
  case indexNotDocker(Source?)
  /// None of the images is for these platforms, which annotations are for.
  case notAnnotated([Platform])
  /// The labels of the image were requested, and its config cannot be read.
  case badLabels(Source, ManifestError)
  /// The labels of all images were requested, and have more bytes than this together.
  case labelsTooLarge(limit: Int)
  case badManifest(Source, ManifestError)
  /// The list could not be read again.
  case listTooLarge(Place?, ManifestError)
  case badConfig(Source, ManifestError)
  /// The list has these names now. Pushing the other names failed for these reasons.
  case partlyPut([Place], [any Error])
  /// `--keep-tags` has given images these tags, and then this happened.
  case afterTags([Place], any Error)
  /// Several sources have errors.
  case several([any Error])
}

extension PublishError: CustomStringConvertible {
  package var description: String {
    switch self {
    case .noPlatform(let source): "cannot determine the platform of \(source)"
    case .platformsDiffer(let source, let tag, let config):
      "the tag of \(source) names \(tag), but the image is for \(config)"
    case .unknownPlatform(let source, let error): "cannot set the platform of \(source): \(error)"
    case .sameSource(let source): "\(source) is there twice"
    case .samePlatform(let platform, let first, let second):
      first.place == second.place
        ? "\(first) is there twice"
        : "\(first) and \(second) are both for \(platform.distinctName)"
    case .missing(_, let error, _): "\(error)"
    case .noMatch(let pattern, let others, _):
      others.isEmpty
        ? "no tag matches \(pattern)"
        : "no tag that matches \(pattern) names an architecture"
    case .tooManyMatches(let pattern, let limit):
      "more than \(limit) tags match \(pattern) and name an architecture"
    case .badChild(let source, let child, let error):
      "\(source) contains \(child.words), which cannot be used: \(error)"
    case .noLayout(let layout):
      "the images of the list must already be in \(layout), which does not exist"
    case .notInLayout(let source):
      "\u{201C}\(source.text)\u{201D} is read as an image of \(source.place.store), which does not exist"
    case .childDiffers(let source, let tag, let child):
      "the tag of \(source) names \(tag), but one of its images is for \(child)"
    case .severalImages(let source, let platforms):
      "cannot set the platform of \(source): it is a multi-platform image (\(platforms.list))"
    case .noImages(let source): "\(source) contains no images"
    case .tooManyImages(let source, let limit): "\(source) contains more than \(limit) manifests"
    case .tooDeep(let source, let limit): "\(source) contains indexes in indexes, more than \(limit) deep"
    case .notSelected(let platforms): "none of the images is for \(platforms.list)"
    case .unexpectedPlatforms(let missing, let others):
      "the list does not have exactly the expected platforms"
        + (missing.isEmpty ? "" : "; missing: \(missing.list)")
        + (others.isEmpty ? "" : "; not expected: \(others.list)")
    case .notRunnable(let source, let reason): "\(source) is not a runnable image: \(reason)"
    case .listNamesOther(let list, let platform, _):
      "the tag of \(list) names \(platform), but none of the images is for that platform"
    case .nameIsImage(let name, let digest, let platform, _):
      "\(name) is a single image for \(platform)\(digest.map { " (\($0))" } ?? ""), and the list would replace it"
    case .listIsImage(let source, let list):
      source.place.identity == list.identity
        ? "\(source) is the name of one of the images, and the list would replace it"
        : "the image \(source) may be \(list), which the list would replace"
    case .notDocker(let entry) where entry.descriptor.mediaType == .dockerManifest:
      "\(entry) has annotations in its index, which a docker manifest list cannot contain"
    case .incompletePlatform(let entry) where !entry.hasIncompletePlatform:
      "the entry @\(entry.digest) has no platform, and not every engine finds its image"
    case .listInList(let entry):
      "the entry @\(entry.digest) is a list in the list, and not every engine finds its images"
    case .incompletePlatform(let entry):
      "the platform of the entry @\(entry.digest) lacks the operating system or the architecture"
    case .otherSpelling(let digest, let stated, let platform):
      "the platform of the entry @\(digest) is \(stated), and not every engine finds this spelling of \(platform)"
    case .dockerListInLayout(let name):
      "\(name) is in an image layout, where other programs do not find a docker manifest list"
    case .severalNamesInArchive(let archive):
      "a list can have only one name in an archive, because an archive is written as a whole: \(archive)"
    case .keptTagsInArchive(let archive):
      "--keep-tags gives names to the images, and an archive can have only the one of the list: \(archive)"
    case .indexNotDocker(let source):
      "\(source.map { "\($0)" } ?? "the list") has annotations, an artifactType or a subject, which a docker manifest list cannot have"
    case .notAnnotated(let platforms):
      "an annotation is for \(platforms.list), but none of the images is for that platform"
    case .labelsTooLarge(let limit): "the labels of the images have more than \(limit) bytes together"
    case .badLabels(let source, let error): "the labels of \(source) cannot be read: \(error)"
    case .keptTagIsName(let name, let entry): "\(entry) would be tagged \(name), which is a name of the list"
    case .keptTagIsImage(let name, let entry): "\(entry) would be tagged \(name), which is another one of the images"
    case .keptTagIsOther(let name, let entry):
      "\(entry) would be tagged \(name), which another list of this run uses, too"
    case .keptTagIsList(let name, let entry): "\(entry) would be tagged \(name), which is a multi-platform image"
    case .badKeptTag(let entry, let error): "\(entry) cannot be tagged: \(error)"
    case .sameKeptTag(let tag, let first, let second): "\(first) and \(second) would both be tagged \(tag)"
    case .notDocker(let entry):
      "\(entry) is of the type \(entry.descriptor.mediaType), which a docker manifest list cannot contain"
    case .badManifest(let source, let error): "the manifest of \(source) cannot be read: \(error)"
    case .badConfig(let source, let error): "the config of \(source) cannot be read: \(error)"
    case .listTooLarge(let name, let error):
      "the list\(name.map { " \($0)" } ?? "") would be too large to be read again: \(error)"
    case .afterTags(_, let error): "\(error)"
    case .partlyPut(_, let errors), .several(let errors): errors.map { "\($0)" }.joined(separator: "\n")
    }
  }
}

extension PublishError {
  /// An error, with the tags that images have got before it.
  static func adding(_ tags: [Place], to error: any Error) -> any Error {
    tags.isEmpty ? error : PublishError.afterTags(tags, error)
  }

  /// - Throws: The error, or `several` if there are more. Those that were cancelled failed because another one did.
  static func check(_ errors: [PublishError]) throws(PublishError) {
    guard let first = errors.first else { return }
    throw errors.count == 1 ? first : .several(errors)
  }

  /// - Throws: The error, or `several` if there are more.
  static func values<Value>(of results: [Result<Value, any Error>]) throws -> [Value] {
    let errors = results.compactMap { result -> (any Error)? in
      if case .failure(let error) = result, !(error is CancellationError) { error } else { nil }
    }
    if errors.count > 1 { throw several(errors) }
    if let error = errors.first { throw error }
    return try results.map { try $0.get() }
  }
}

extension Descriptor {
  fileprivate var words: String {
    runnablePlatform.map { "the image for \($0) (@\(digest))" } ?? "@\(digest)"
  }
}

extension [Platform] {
  fileprivate var list: String { map(\.description).joined(separator: ", ") }
}
