import OCI

/// What is to be read of a name. What is not asked for costs no request.
package struct InspectRequest: Sendable {
  /// How far the reading goes. Of a list, each step includes the ones before it.
  package enum Depth: Comparable, Sendable {
    /// What the name refers to. It is not parsed.
    case manifest
    /// The list alone. Of an image, its manifest.
    case list
    /// The platform of every image, also where the list does not state it. Of an image, its config.
    case platforms
    /// The manifests in the list: sizes, layers, kinds of attestations.
    case images
    /// The configs of the images: when they were built.
    case configs
  }

  package var depth: Depth
  /// Only the images for this platform, each as if it had been named itself; nil for everything that there is.
  package var platform: Platform?
  package var readsReferrers = false
  /// Whether several images for `platform` are an error, because the answer is about one.
  package var isAboutOneImage = false
  /// Whether `Inspection.manifest` is needed. It is that of one image, too.
  package var keepsManifest = false
  /// Whether the configs of all images are needed (`InspectedImage.content`). Of an image that is shown alone, the layers are
  /// always there.
  package var keepsContent = false
  /// Whether the layers of all images are needed, and nothing else of the content.
  var keepsLayers = false
  /// Whether a manifest that docker refuses for its missing `mediaType` is an error.
  package var requiresMediaType = false

  /// The manifests of a larger list are not read. Tools do not make such a list, and each manifest is a request.
  package static let maximumCount = IndexChildren.maximumCount

  package init(_ depth: Depth, platform: Platform? = nil) {
    self.depth = depth
    self.platform = platform
  }

  /// False if the manifest's bytes are enough.
  var parses: Bool { depth > .manifest || platform != nil }
}
