import ManifestLists
import OCI

extension ResolveError: Advised {
  var advice: String? {
    switch self {
    case .noImage(_, let platform, _, _, let needed) where !needed.isEmpty:
      "To publish the list without them: --platform \(word: "IMAGE=\(platform)")"
    case .noImage(let place, _, let puller, let others, _):
      others.first(where: \.canBeAskedFor).map { other in
        let program = puller == .containerd ? "" : " --as \(puller.rawValue)"
        return
          "To see another one: docker manifestx resolve --platform \(word: other.withVersion)\(program) \(word: place)"
      }
    case .otherPlatform(let place, _, _, let entry, _):
      place.nameForEdits.map { list in
        "To state its platform in the list: docker manifestx annotate --os OS --arch ARCH \(word: list) @\(word: entry)"
      }
    case .badManifest: "Build and push the image again"
    case .notInMirror: "To ask the registry itself: without --mirror"
    case .tooDeep: nil
    }
  }
}

extension Platform {
  /// True if `--platform` accepts it as it is spelled, and means the same: an entry with another spelling is not found so.
  fileprivate var canBeAskedFor: Bool {
    let parsed = try? Platform(parsing: withVersion)
    return parsed?.withVersion == withVersion && spelled == self
  }
}
