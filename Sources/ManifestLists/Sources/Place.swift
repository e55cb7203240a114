import OCI
import OCILayout

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

  /// Nil in a registry.
  package var layout: LayoutReference? {
    if case .layout(let layout) = self { layout } else { nil }
  }

  /// Nil if it has none.
  package var digest: Digest? {
    switch self {
    case .registry(let reference): reference.digest
    case .layout(let reference): reference.digest
    }
  }

  /// Another name in the same store.
  package func naming(_ tag: Tag) -> Place {
    switch self {
    case .registry(let reference): .registry(Reference(reference.repository, tag: tag))
    case .layout(let reference): .layout(reference.withoutName.naming(tag.text))
    }
  }

  /// The place of another manifest in the same store.
  package func manifest(_ digest: Digest) -> Place {
    switch self {
    case .registry(let reference): .registry(Reference(reference.repository, digest: digest))
    case .layout(let reference): .layout(reference.withoutName.naming(digest))
    }
  }

  /// A name that always refers to the same manifest: `HOST/REPOSITORY@DIGEST`, also for Docker Hub. An image layout in place
  /// of the repository is as it was written.
  package func pinnedName(_ digest: Digest) -> String {
    guard let repository = reference?.repository else { return "\(manifest(digest))" }
    return "\(repository.registry)/\(repository.path)@\(digest)"
  }
}

extension Place {
  /// - Parameter text: The name of an image or a list: a reference, or an image layout such as `oci:DIR:TAG`.
  /// - Throws: `ReferenceError` or `LayoutReferenceError`.
  package init(parsing text: String) throws {
    if let layout = try LayoutReference(parsing: text) {
      self = .layout(layout)
    } else {
      self = .registry(try Reference(parsing: text))
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

/// What holds images: one repository, or one image layout.
package enum Store: Hashable, Sendable {
  case repository(Repository)
  /// A reference without a name.
  case layout(LayoutReference)
}

/// As messages name it.
extension Store: CustomStringConvertible {
  package var description: String {
    switch self {
    case .repository(let repository): "\(repository)"
    case .layout(let reference): "\(reference)"
    }
  }
}

extension Store {
  /// True for a layout in a file, which can only be replaced as a whole.
  package var isArchive: Bool {
    if case .layout(let layout) = self { layout.storage == .archive } else { false }
  }

  /// Nil for an image layout.
  package var repository: Repository? {
    if case .repository(let repository) = self { repository } else { nil }
  }
}
