/// What a manifest describes. Which of the two it is depends on its media type alone.
package enum ManifestContent: Sendable {
  case index(Index)
  case image(ImageManifest)

  /// - Throws: `ManifestError` if the manifest is not what its media type says.
  package init(_ manifest: RawManifest) throws(ManifestError) {
    self =
      manifest.mediaType.isIndex
      ? .index(try Index(decoding: manifest.bytes, mediaType: manifest.mediaType))
      : .image(try ImageManifest(decoding: manifest.bytes))
  }
}
