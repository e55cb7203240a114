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
    let field = response.fields["Content-Type"] ?? ""
    let type = MediaType(rawValue: String(field.prefix { $0 != ";" && $0 != " " }))
    // Without a body, this is the only sign that the answer is that of a registry.
    guard MediaType.manifests.contains(type) else { return nil }
    return Descriptor(mediaType: type, size: size, digest: digest)
  }

  /// The types of manifests, in containerd's order.
  package static let acceptOfContainerd =
    [MediaType.dockerManifest, .dockerList, .ociManifest, .ociIndex].map(\.rawValue) + ["*/*"]
}
