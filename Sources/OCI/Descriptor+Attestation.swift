extension Descriptor {
  /// The digest of the image that the manifest behind this entry is an attestation of; nil if it is none.
  ///
  /// BuildKit, "Image attestation storage":
  /// https://github.com/moby/buildkit/blob/master/docs/attestations/attestation-storage.md
  package var attestedImage: Digest? {
    guard annotations["vnd.docker.reference.type"] == "attestation-manifest" else { return nil }
    return annotations["vnd.docker.reference.digest"].flatMap { try? Digest(parsing: $0) }
  }
}
