import OCI

/// For which machine a name is resolved, and how.
package struct ResolveOptions: Hashable, Sendable {
  package let puller: ImagePuller
  package let target: PullTarget
  /// False where only the digest of the image is needed.
  package let readsImage: Bool

  package init(puller: ImagePuller = .containerd, target: PullTarget, readsImage: Bool = true) {
    (self.puller, self.target, self.readsImage) = (puller, target, readsImage)
  }

  /// The platform that the program looks for.
  package var platform: Platform { target.platform(for: puller) }
}
