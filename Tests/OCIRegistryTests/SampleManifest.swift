import OCI

/// A manifest, as registries in these tests send and receive it.
enum Sample {
  static let manifest = #"{"schemaVersion":2,"mediaType":"application/vnd.oci.image.manifest.v1+json"}"#
  static let oci = MediaType.ociManifest.rawValue
  /// Of `manifest`.
  static let digest = "sha256:b22c7289dd3b4785a3795c90e15d16bd66bd29b444b8974fe29ed0443ce50405"
  static let other = "sha256:" + String(repeating: "0", count: 64)
}
