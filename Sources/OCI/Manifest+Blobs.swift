import JSON

extension Manifest {
  /// The blobs that an image needs besides its manifest, each once: its config and its layers. Layers that are fetched from
  /// elsewhere are left out.
  ///
  /// Image spec, "Image manifest": https://github.com/opencontainers/image-spec/blob/main/manifest.md
  ///
  /// - Throws: `ManifestError` if the bytes are not the JSON of an image manifest.
  package static func blobs(inManifest bytes: [UInt8]) throws(ManifestError) -> [Descriptor] {
    let root = try JSONNode(manifest: bytes)
    var blobs = [try Descriptor(root.manifestMember("config"))]
    let layers: [JSONNode]
    do { layers = try root.required("layers").array() } catch { throw .json(error) }
    for layer in layers { blobs.append(try Descriptor(layer)) }
    var seen: Set<Digest> = []
    return blobs.filter { !$0.isForeign && seen.insert($0.digest).inserted }
  }
}

extension Descriptor {
  /// True for a layer that registries are not supposed to hold, because its licence forbids it. Engines fetch it from the
  /// `urls` of its descriptor; without any, it can only be where the image is.
  ///
  /// https://github.com/opencontainers/image-spec/blob/main/layer.md#non-distributable-layers
  fileprivate var isForeign: Bool {
    let isNotDistributed =
      mediaType.rawValue.hasPrefix("application/vnd.docker.image.rootfs.foreign.")
      || mediaType.rawValue.hasPrefix("application/vnd.oci.image.layer.nondistributable.")
    return isNotDistributed && (try? JSONNode(json).optional("urls")?.array().isEmpty) == false
  }
}
