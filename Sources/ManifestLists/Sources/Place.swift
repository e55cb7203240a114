import OCI
import OCILayout
import Transfer

/// Where an image is: in a registry, or in an image layout on this machine.
package enum Place: Hashable, Sendable {
  case registry(Reference)
  case layout(LayoutReference)

  package var store: Store {
    switch self {
    case .registry(let reference): .repository(reference.repository)
    case .layout(let reference): .layout(reference.withoutName)
    }
  }

  /// The tag that names the image. In a layout, this can be the tag of a whole reference.
  package var tag: Tag? {
    switch self {
    case .registry(let reference): reference.tag
    case .layout(let reference):
      reference.name.flatMap { name in (try? Tag(parsing: name)) ?? (try? Reference(parsing: name))?.tag }
    }
  }

  /// Nil in an image layout.
  package var reference: Reference? {
    if case .registry(let reference) = self { reference } else { nil }
  }

  /// The place of another manifest in the same store.
  func manifest(_ digest: Digest) -> Place {
    switch self {
    case .registry(let reference): .registry(Reference(reference.repository, digest: digest))
    case .layout(let reference): .layout(reference.withoutName.naming(digest))
    }
  }
}

/// As messages name it.
extension Place: CustomStringConvertible {
  package var description: String {
    switch self {
    case .registry(let reference): "\(reference)"
    case .layout(let reference): "\(reference)"
    }
  }
}

/// Opens a store.
typealias ImageStores = @Sendable (Store) async throws -> any ImageSource

/// What holds images: one repository, or one image layout.
package enum Store: Hashable, Sendable {
  case repository(Repository)
  /// A reference without a name.
  case layout(LayoutReference)
}
