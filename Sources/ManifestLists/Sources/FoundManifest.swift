import OCI

/// What is needed of the manifest that a source names. The bytes of an image's manifest are not kept: there may be many.
enum FoundManifest: Sendable {
  /// The descriptor of the manifest, and what is needed of it.
  case image(Descriptor, FoundImage)
  case index(FoundIndex)

  /// - Throws: `ManifestError` if it cannot be read.
  init(_ manifest: RawManifest) throws(ManifestError) {
    try manifest.checkMediaType()
    self =
      switch try ManifestContent(manifest) {
      case .index(let index): .index(FoundIndex(manifest: manifest, index: index))
      case .image(let image): .image(manifest.descriptor(), FoundImage(image))
      }
  }
}

/// What is needed of an image's manifest.
struct FoundImage: Sendable {
  let config: Descriptor
  let layers: LayerTypes

  init(_ manifest: ImageManifest) {
    config = manifest.config
    layers = LayerTypes(of: manifest.layers)
  }
}
