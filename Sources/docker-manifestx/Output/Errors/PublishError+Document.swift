import ManifestLists
import OCI
import OCILayout
import OCIRegistry

/// A list that the user has, in the file of `--from`: it is published as it is, so no option changes it.
extension PublishError {
  /// The source that is such a list, if the error is about one.
  var document: Source? {
    let source: Source? =
      switch self {
      case .noPlatform(let source), .platformsDiffer(let source, _, _), .badChild(let source, _, _),
        .childDiffers(let source, _, _), .noImages(let source), .tooManyImages(let source, _), .tooDeep(let source, _),
        .notRunnable(let source, _), .badConfig(let source, _):
        source
      case .samePlatform(_, let first, _): first.source
      default: nil
      }
    return source?.reading == .document ? source : nil
  }

  func advice(onDocument list: Source) -> String? {
    if case .badChild(_, _, let error) = self {
      if error.saysNoSuchContent {
        let verb = list.place.layout == nil ? "Push" : "Copy"
        return "\(verb) the image to \(list.place.store) first: the images of a list are where the list is"
      }
      if !error.isAboutContent { return (error as? any Advised)?.advice }
    }
    return Self.documentAdvice
  }

  static var documentAdvice: String {
    "Correct the list, or make it anew: docker manifestx publish --dry-run LIST IMAGE..."
  }
}

extension Error {
  /// True if a manifest is not there.
  fileprivate var saysNoSuchContent: Bool {
    if case .missing? = self as? LayoutError { true } else { saysNoSuchImage }
  }

  /// True if a manifest is missing, or is not what it should be. False where it could not be read, for another reason.
  var isAboutContent: Bool {
    switch self {
    case let error as RegistryError:
      switch error {
      case .notAManifest(_, RegistryError.webPage): false
      case .wrongDigest, .wrongSize, .notAManifest, .schema1, .tooLarge, .configMissing, .blobMissing: true
      default: saysNoSuchContent
      }
    case let error as LayoutError:
      switch error {
      case .unreadable, .unavailable, .locked: false
      default: true
      }
    default: true
    }
  }
}
