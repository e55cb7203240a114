import ManifestLists

extension ResolveError: Advised {
  var advice: String? {
    switch self {
    case .noImage(_, let platform, _, _, let needed) where !needed.isEmpty:
      "To publish the list without them: --platform \(word: "IMAGE=\(platform)")"
    case .noImage(let place, _, let puller, let others, _):
      others.first.map { other in
        let program = puller == .containerd ? "" : " --as \(puller.rawValue)"
        return
          "To see another one: docker manifestx resolve --platform \(word: other.withVersion)\(program) \(word: place)"
      }
    case .otherPlatform(let place, _, _, let entry, _):
      "To state its platform in the list: docker manifestx annotate --os OS --arch ARCH \(word: place) @\(word: entry)"
    case .badManifest: "Build and push the image again"
    case .notInMirror: "To ask the registry itself: without --mirror"
    case .tooDeep: nil
    }
  }
}
