import Testing

@testable import OCI

@Suite struct NotRunnableTests {
  private static let (oci, docker) = (
    "application/vnd.oci.image.layer.v1.tar", "application/vnd.docker.image.rootfs.diff.tar"
  )

  static let images: [(layers: [String], count: Int, reason: NotRunnable?)] = [
    ([], 0, nil), (["\(oci)", "\(oci)+gzip", "\(oci)+zstd", "\(docker).gzip", docker], 5, nil),
    (["application/vnd.docker.image.rootfs.foreign.diff.tar.gzip", "\(docker).gzip+encrypted"], 2, nil),
    ([oci], 0, .layers(1, inConfig: 0)), ([oci, oci], 1, .layers(2, inConfig: 1)), ([], 1, .layers(0, inConfig: 1)),
    // containerd does not count layers of other types.
    (["application/vnd.wasm.content.layer.v1+wasm"], 0, nil), ([oci, "application/x"], 1, nil),
    // docker accepts these, and counts all layers.
    (["application/octet-stream", ""], 2, nil), (["Application/vnd.OCI.image.other"], 1, nil),
    (["application/octet-stream", "application/x"], 2, .layerType(MediaType(rawValue: "application/x"))),
    (["application/vnd.oci.images"], 1, .layerType(MediaType(rawValue: "application/vnd.oci.images"))),
    (["application/vnd.docker.ai.gguf"], 1, .layerType(MediaType(rawValue: "application/vnd.docker.ai.gguf"))),
  ]

  @Test(arguments: images)
  func containerdOrDockerMustUnpackTheLayers(layers: [String], count: Int, reason: NotRunnable?) throws {
    let digest = try Digest(of: [])
    let layers = layers.map { Descriptor(mediaType: MediaType(rawValue: $0), size: 1, digest: digest) }
    #expect(NotRunnable(LayerTypes(of: layers), inConfig: count) == reason)
  }
}
