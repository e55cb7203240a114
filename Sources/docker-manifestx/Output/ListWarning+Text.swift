import ManifestLists

extension ListWarning: CustomStringConvertible {
  package var description: String {
    switch self {
    case .unknownVariant(let image, let variant, let platform):
      "the config of \(image) states the variant \(variant), which \(platform.architecture) does not have: it is left out, and the platform is \(platform)"
    }
  }
}
