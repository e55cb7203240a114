import OCI
import OCIRegistry

/// Why nothing was published.
package enum PublishError: Error {
  case noPlatform(Source)
  case platformsDiffer(Source, tag: Platform, config: Platform)
  /// Two entries of a list must not be for the same platform: an engine would take the first and never see the other.
  case samePlatform(Platform, Source, Source)
  case missing(Source, RegistryError)
  /// With what is in it.
  case isIndex(Source, [Descriptor])
  /// An artifact with a config of this type, or (nil) what says itself that it is for no platform.
  case notRunnable(Source, config: MediaType?)
  /// The tag of LIST names an architecture that none of the images is for.
  case listNamesOther(Reference, Platform)
  case otherRepository(Source, list: Repository)
  /// A docker list can hold docker images only.
  case notDocker(Source, MediaType)
  case badManifest(Source, ManifestError)
  case badConfig(Source, ManifestError)
  /// Some tags of the list could be put, and others not.
  case partlyPut([Reference], [any Error])
  /// More than one source has something wrong with it.
  case several([any Error])
}

extension PublishError: CustomStringConvertible {
  package var description: String {
    switch self {
    case .noPlatform(let source):
      "nothing says what platform \(source.reference) is for: --platform \(source.text)=OS/ARCH"
    case .platformsDiffer(let source, let tag, let config):
      """
      the tag of \(source.reference) says \(tag), but the image in it is \(config).
      If the tag is wrong, go by the image: --platform \(source.text)=\(config) (or --platform-from config for all)
      If the image is wrong, build and push it again; to go by the tag all the same: --platform \(source.text)=\(tag)
      """
    case .samePlatform(let platform, let first, let second):
      first.reference == second.reference
        ? "\(first.reference) is named twice: leave one out"
        : "\(first.reference) and \(second.reference) are both for \(platform): leave one out, or say what it is with --platform IMAGE=OS/ARCH"
    case .missing(let source, let error):
      source.reading == .tag
        ? """
        \(error)
        \u{201C}\(source.text)\u{201D} was read as a tag of \(source.reference.repository). \
        For the image of that name on Docker Hub, write docker.io/library/\(source.text)
        """
        : "\(error)"
    case .isIndex(let source, let entries):
      "\(source.reference) is itself a list of images, which can't be published in another list yet: name the images in it"
        + Self.images(entries)
    case .notRunnable(let source, let type):
      """
      \(source.reference) is no image that an engine could run: its config \
      \(type.map { "is of the type \($0)" } ?? "says that it is for the platform unknown, as an attestation's does").
      To put it in the list all the same, say what it is for: --platform \(source.text)=OS/ARCH
      """
    case .listNamesOther(let list, let platform):
      """
      the tag of \(list) says \(platform), and none of the images is for that. Was LIST, the name that the images get \
      together, left out? It comes first: publish \(list.repository):TAG IMAGE...
      To publish under this name all the same, whatever tags say: --platform-from config
      """
    case .otherRepository(let source, let list):
      "\(source.reference) is not in the repository of the list (\(list)), and images can't be copied from other repositories yet: push it to \(list) first"
    case .notDocker(let source, let type):
      "\(source.reference) is of the type \(type), which can't be in a docker manifest list: leave out --media-type docker"
    case .badManifest(let source, let error):
      "the manifest of \(source.reference) can't be read: \(error)"
    case .badConfig(let source, let error):
      """
      the config of \(source.reference) can't be read: \(error)
      Build and push the image again; to do without its config: --platform \(source.text)=OS/ARCH
      """
    case .partlyPut(let put, let errors):
      Self.lines(errors)
        + (put.isEmpty
          ? "" : "\nThe list was published as \(put.map { "\($0)" }.joined(separator: ", ")) all the same.")
    case .several(let errors): Self.lines(errors)
    }
  }

  /// By their digests, as they are to be named. What has no platform is no image.
  private static func images(_ entries: [Descriptor]) -> String {
    let images = entries.compactMap { entry in entry.runnablePlatform.map { "\n  @\(entry.digest)   (\($0))" } }
    return images.isEmpty ? "" : ":" + images.joined()
  }

  /// Where all fail for one reason (a wrong password), it is said once.
  private static func lines(_ errors: [any Error]) -> String {
    errors.map { "\($0)" }.unique.joined(separator: "\n")
  }
}

extension [String] {
  fileprivate var unique: [String] {
    var seen: Set<String> = []
    return filter { seen.insert($0).inserted }
  }
}
