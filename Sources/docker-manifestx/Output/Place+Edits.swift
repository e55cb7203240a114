import ManifestLists
import OCI

extension Place {
  /// As commands that change a list name it: by its tag, or `TAG` if only the digest is known. Nil for an archive, which
  /// cannot be changed.
  var nameForEdits: String? {
    switch self {
    case .registry(let reference):
      reference.digest == nil ? "\(self)" : "\(reference.repository):\(reference.tag.map { "\($0)" } ?? "TAG")"
    case .layout(let layout) where layout.storage == .archive: nil
    case .layout(let layout):
      layout.digest.map { digest in
        "\(layout)".replacing("@\(digest)", with: layout.name == nil ? ":TAG" : "")
      } ?? "\(self)"
    }
  }
}
