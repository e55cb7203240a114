import OCI
import OCIRegistry

/// What leads from a name to the image of one platform, step by step.
package struct ResolvedName: Sendable {
  package let place: Place
  package let options: ResolveOptions
  package let steps: [ResolveStep]
  /// The manifest of the image.
  package let image: Descriptor
  /// How the registry was spoken to; nil for an image layout.
  package let access: RepositoryAccess?

  /// `NAME@DIGEST` of the image.
  package var imageName: String { place.pinnedName(image.digest) }

  /// What was chosen from a list, if there was one. Of nested lists, the first one.
  package var choice: ListChoice? {
    for case .choice(let choice) in steps { return choice }
    return nil
  }
}

/// One step, in the order in which containerd goes.
package enum ResolveStep: Sendable {
  /// What the name refers to.
  case name(ManifestRead, Descriptor)
  /// A list has been read. Attestations are among its entries.
  case list(ManifestRead, Descriptor, entries: Int, attestations: Int)
  /// One entry of the list was chosen.
  case choice(ListChoice)
  /// The name refers to a single image: there was nothing to choose.
  case single
  /// The manifest of the image has been read.
  case image(ManifestRead, ImageParts)
}

/// How something was found out.
package enum ManifestRead: Hashable, Sendable {
  case head(ManifestName)
  case get(ManifestName)
  /// A file of an image layout.
  case file(String)
  /// The name itself contains it.
  case name
  /// An earlier step has read it.
  case known
}

/// What the manifest of an image refers to.
package struct ImageParts: Sendable {
  package let manifest: Descriptor
  package let image: ImageManifest
  /// What the config states; nil where it was not needed, so that it was not read.
  package var platform: Platform?
}
