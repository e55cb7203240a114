import ManifestLists
import OCI

extension InspectError: Advised {
  var advice: String? {
    switch self {
    case .missing(_, let tags):
      tags.similar.advice ?? (tags.repositoryExists == true ? "The repository exists, and has no similar tag" : nil)
    case .badManifest, .badConfig: "Build and push the image again"
    case .severalImages(_, _, let images): images.choiceByVersion
    case .contentTooLarge: "To read one image: --platform PLATFORM"
    case .layersTooLarge: "Name one image by its digest: NAME@DIGEST"
    case .noImage(let place, let platform, _, let unread) where unread.count == 1:
      "To look into it: docker manifestx resolve --platform \(word: platform.withVersion) \(word: place)"
    // Engines look into the first one only.
    case .noImage(let place, _, _, let unread) where !unread.isEmpty:
      unread.prefix(5).map { "To look into it: docker manifestx inspect \(word: place.pinnedName($0))" }
        .joined(separator: "\n")
    case .noImage: nil
    }
  }
}

extension [Descriptor] {
  /// How to name one of several images for one platform.
  fileprivate var choiceByVersion: String {
    let versions = compactMap { $0.platform?.osVersion == nil ? nil : $0.platform?.withVersion }.prefix(20)
    if versions.isEmpty {
      return "Name one of them by its digest: \(prefix(20).map { "\($0.digest)" }.joined(separator: ", "))"
    }
    return PrintableText.line("Name one of them with its version: --platform \(versions.joined(separator: ", "))")
  }
}
