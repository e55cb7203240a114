import ManifestLists

extension ResolveError: Advised {
  var advice: String? {
    switch self {
    case .noImage(let place, _, _, let others):
      others.first.map { "To see another one: docker manifestx resolve --platform \($0.withVersion) \(place)" }
    case .otherPlatform(let place, _, _, let entry, _):
      "To state its platform in the list: docker manifestx annotate --os OS --arch ARCH \(place) @\(entry)"
    case .badManifest: "Build and push the image again"
    case .tooDeep: nil
    }
  }
}
