import HTTP
import OCI

/// What the fields of a registry's response say about a manifest.
extension HTTPResponse {
  /// `Content-Type` without its parameters; empty if the response does not have it.
  package var mediaType: MediaType {
    MediaType(rawValue: String((fields["Content-Type"] ?? "").prefix { $0 != ";" && $0 != " " }))
  }

  /// False if its type is not that of a manifest. Without a body, the type is the only sign that the response is that of a
  /// registry.
  package var isOfManifest: Bool { MediaType.manifests.contains(mediaType) || mediaType.isSchema1 }

  /// What the registry says the digest is; nil where it does not say.
  var digest: Digest? {
    get throws {
      guard let text = fields["Docker-Content-Digest"] else { return nil }
      do { return try Digest(parsing: text) } catch {
        throw RegistryError.malformedAnswer(from: "the registry", "Docker-Content-Digest: \(error)")
      }
    }
  }
}
