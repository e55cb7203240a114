/// What can be in a list once: an image for a platform, and besides it one with layers in zstd, which podman takes and other
/// engines leave.
///
/// https://docs.podman.io/en/latest/markdown/podman-manifest-push.1.html, "--add-compression"
package struct PlatformSlot: Hashable, Sendable {
  private let platform: Platform
  private let isZstd: Bool

  /// - Parameter platform: Of the image, which its entry may not state.
  package init(_ platform: Platform, _ entry: Descriptor) {
    (self.platform, isZstd) = (platform.normalized, entry.isZstd)
  }
}

extension Descriptor {
  /// True for an entry that podman prefers because of its compression.
  var isZstd: Bool { annotations["io.github.containers.compression.zstd"] == "true" }
}
