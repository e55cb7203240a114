import HTTP
import OCI

extension RepositoryClient {
  /// What the registry says of a name without sending the manifest, as containerd asks for it; nil if it refuses a HEAD, or if
  /// the answer lacks the type, the digest or the size. A GET then tells.
  ///
  /// `Resolve` in https://github.com/containerd/containerd/blob/main/core/remotes/docker/resolver.go
  ///
  /// - Throws: `RegistryError.transport`; `RegistryError.malformedAnswer` if the digest is none.
  package func descriptor(of name: ManifestName) async throws -> Descriptor? {
    guard let response = try await head(name, accept: Self.acceptOfContainerd), response.status == 200,
      let digest = try response.digest, let size = response.fields["Content-Length"].flatMap(Int64.init), size >= 0
    else { return nil }
    // Of schema 1, a GET says that it cannot be read.
    guard response.isOfManifest, !response.mediaType.isSchema1 else { return nil }
    return Descriptor(mediaType: response.mediaType, size: size, digest: digest)
  }

  /// The types of manifests, in containerd's order.
  package static let acceptOfContainerd =
    [MediaType.dockerManifest, .dockerList, .ociManifest, .ociIndex].map(\.rawValue) + ["*/*"]
}
