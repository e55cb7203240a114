import OCI
import Testing

/// Indexes in the forms that common tools write.
enum PublishedIndexes {
  struct Published: Sendable, CustomTestStringConvertible {
    let testDescription: String
    var type = MediaType.ociIndex
    let text: String
  }

  static let all = [buildx, docker, artifact, windows, zstd, helm, withoutMediaType]

  private static let one = DigestTests.abc
  private static let two = "sha256:" + String(repeating: "2", count: 64)

  /// docker buildx, with an image's attestation.
  static let buildx = Published(
    testDescription: "buildx",
    text: """
      {"mediaType": "application/vnd.oci.image.index.v1+json", "schemaVersion": 2, "manifests": [
        {"mediaType": "application/vnd.oci.image.manifest.v1+json", "digest": "\(one)", "size": 480,
         "platform": {"architecture": "arm64", "os": "linux", "variant": "v8"}},
        {"mediaType": "application/vnd.oci.image.manifest.v1+json", "digest": "\(two)", "size": 566,
         "annotations": {"vnd.docker.reference.type": "attestation-manifest", "vnd.docker.reference.digest": "\(one)"},
         "platform": {"architecture": "unknown", "os": "unknown"}}
      ]}
      """
  )

  /// docker manifest, with members that the old specification has.
  static let docker = Published(
    testDescription: "docker",
    type: .dockerList,
    text: """
      {"schemaVersion": 2, "mediaType": "application/vnd.docker.distribution.manifest.list.v2+json", "manifests": [
        {"mediaType": "application/vnd.docker.distribution.manifest.v2+json", "size": 528, "digest": "\(one)",
         "platform": {"architecture": "amd64", "os": "linux", "os.features": ["sse4"], "features": ["sse4"]}}
      ]}
      """
  )

  /// What the specification calls an index of artifacts, with a subject.
  static let artifact = Published(
    testDescription: "artifact",
    text: """
      {"schemaVersion": 2, "mediaType": "application/vnd.oci.image.index.v1+json",
       "artifactType": "application/vnd.example.sbom.v1", "manifests": [
        {"mediaType": "application/vnd.oci.image.manifest.v1+json", "size": 7682, "digest": "\(two)",
         "artifactType": "application/vnd.example.sbom.v1", "urls": ["https://example.com/a"], "data": "YWJj"}
       ], "subject": {"mediaType": "application/vnd.oci.image.manifest.v1+json", "size": 1234, "digest": "\(one)"},
       "annotations": {"com.example.key": "value", "com.example.a": "b"}}
      """
  )

  static let windows = Published(
    testDescription: "windows",
    type: .dockerList,
    text: """
      {"schemaVersion": 2, "mediaType": "application/vnd.docker.distribution.manifest.list.v2+json", "manifests": [
        {"mediaType": "application/vnd.docker.distribution.manifest.v2+json", "size": 1125, "digest": "\(one)",
         "platform": {"architecture": "amd64", "os": "windows", "os.version": "10.0.17763.6659"}},
        {"mediaType": "application/vnd.docker.distribution.manifest.v2+json", "size": 1125, "digest": "\(two)",
         "platform": {"architecture": "amd64", "os": "windows", "os.version": "10.0.20348.2966",
         "os.features": ["win32k"]}}
      ]}
      """
  )

  /// podman, with images in two compressions.
  static let zstd = Published(
    testDescription: "zstd",
    text: """
      {"schemaVersion": 2, "mediaType": "application/vnd.oci.image.index.v1+json", "manifests": [
        {"mediaType": "application/vnd.oci.image.manifest.v1+json", "digest": "\(one)", "size": 742,
         "platform": {"architecture": "amd64", "os": "linux"}},
        {"mediaType": "application/vnd.oci.image.manifest.v1+json", "digest": "\(two)", "size": 1005,
         "annotations": {"io.github.containers.compression.zstd": "true"},
         "platform": {"architecture": "amd64", "os": "linux"}}
      ]}
      """
  )

  static let helm = Published(
    testDescription: "helm",
    text: """
      {"schemaVersion": 2, "manifests": [
        {"mediaType": "application/vnd.oci.image.manifest.v1+json", "digest": "\(one)", "size": 511,
         "annotations": {"org.opencontainers.image.ref.name": "0.1.0", "org.opencontainers.image.title": "chart"},
         "artifactType": "application/vnd.cncf.helm.config.v1+json"}
      ]}
      """
  )

  static let withoutMediaType = Published(
    testDescription: "no mediaType",
    text: #"{"manifests": [], "schemaVersion": 2}"#
  )
}
