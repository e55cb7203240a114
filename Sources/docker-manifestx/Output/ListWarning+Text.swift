import ManifestLists
import OCI

extension ListWarning: CustomStringConvertible {
  package var description: String {
    switch self {
    case .unknownVariant(let image, let variant, let platform):
      "the config of \(image) states the variant \(variant), which \(platform.architecture) does not have: it is left out, and the platform is \(platform)"
    case .otherSpelling(let image, let stated, let platform):
      "the index of \(image) states the platform \(stated), which not every engine finds: the list has \(platform)"
    case .unknownPlatform(let image, let error):
      "\(image) states a platform that engines may not know: \(error)"
    case .osFeatures(let entry, let features):
      "containerd and docker take \(entry) only on a machine with its os.features: \(features.joined(separator: ", ")). \(entry.repairOfFeatures)"
    case .platformsLost(let names, let platforms):
      "\(names.list) had images for \(platforms.map(\.distinctName).list), which the new list does not have"
    case .imageReplaced(let name, let digest):
      "\(name) was a single image\(digest.map { " (@\($0))" } ?? ""). The list replaces it"
    case .severalReplaced(let name, let platform, let digests):
      "\(name) had several images for \(platform.distinctName), and the new one replaces them all: \(digests.map { "@\($0)" }.list)"
    case .tagMoved(let kept, let digest):
      "\(kept.name) was another image\(digest.map { " (@\($0))" } ?? ""). \(kept.entry) replaces it"
    case .nameNotRead(let name, let error):
      "cannot check what \(name) refers to now: \(error)"
    case .noSharedLabels:
      "the images do not share any label of org.opencontainers.image: no annotation is taken from labels"
    case .versionsMixed(let list, let tags):
      "the images for \(list) seem to have different versions: \(tags.list)"
    }
  }
}

extension ListEntry {
  /// An option is for all images of an index.
  fileprivate var repairOfFeatures: String {
    let command =
      origin == .index
      ? "docker manifestx annotate --os-features \(word: "") LIST @\(descriptor.digest)"
      : descriptor.runnablePlatform.map { "--platform \(word: "\(source.text)=\($0)")" } ?? ""
    return "If the image does not need them: \(command)"
  }
}

extension Array where Element: CustomStringConvertible {
  fileprivate var list: String { map(\.description).joined(separator: ", ") }
}
