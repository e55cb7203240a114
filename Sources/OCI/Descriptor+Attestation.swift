extension Descriptor {
  /// The digest of the image that the manifest behind this entry is an attestation of; nil if it is none. An entry for a
  /// platform is never one, whatever its annotations say: engines take what is behind it as the image for the platform.
  ///
  /// BuildKit, "Image attestation storage":
  /// https://github.com/moby/buildkit/blob/master/docs/attestations/attestation-storage.md
  package var attestedImage: Digest? {
    guard annotations["vnd.docker.reference.type"] == "attestation-manifest", !isForPlatform else { return nil }
    return annotations["vnd.docker.reference.digest"].flatMap { try? Digest(parsing: $0) }
  }

  /// True for an entry that is no image's: that of an attestation, or any other one for `unknown/unknown`.
  package var isAttestation: Bool { platform?.isRunnable == false || attestedImage != nil }

  /// True for an entry of an image of which only the config tells the platform. What is behind entries of other types is no
  /// image.
  package var lacksPlatform: Bool {
    platform == nil && attestedImage == nil && MediaType.manifests.contains(mediaType) && !mediaType.isIndex
  }

  /// True if engines can take the entry for its platform. Some of them need no operating system.
  private var isForPlatform: Bool {
    guard let platform = statedPlatform else { return false }
    return platform.isRunnable && !platform.architecture.isEmpty
  }
}
