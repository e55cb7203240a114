import JSON

/// The manifest of an image, with everything that a pull moves. Docker's and OCI's manifests have the same members.
///
/// Image spec, "Image manifest": https://github.com/opencontainers/image-spec/blob/main/manifest.md
package struct ImageManifest: Sendable {
  package let config: Descriptor
  /// The lowest one first. The same layer may be there several times.
  package let layers: [Descriptor]
  /// Empty where there are none.
  package let annotations: [String: String]
  package let artifactType: MediaType?

  /// - Throws: `ManifestError` if the bytes are not the JSON of an image manifest.
  package init(decoding bytes: [UInt8]) throws(ManifestError) {
    let root = try JSONNode(manifest: bytes)
    config = try Descriptor(root.manifestMember("config"))
    let nodes: [JSONNode]
    do { nodes = try root.required("layers").array() } catch { throw .json(error) }
    var layers: [Descriptor] = []
    for node in nodes { layers.append(try Descriptor(node)) }
    self.layers = layers
    try Self.checkSizes(of: [config] + layers)
    do throws(JSONError) {
      (annotations, artifactType) = (try root.annotations(), try root.artifactType())
      if let subject = try root.optional("subject") { try Descriptor.form.check(subject) }
    } catch { throw .json(error) }
  }

  /// - Throws: `ManifestError.twoSizes`: programs would differ in which size they read, and check.
  private static func checkSizes(of content: [Descriptor]) throws(ManifestError) {
    var sizes: [Digest: Int64] = [:]
    for blob in content {
      let size = sizes[blob.digest] ?? blob.size
      guard size == blob.size else { throw .twoSizes(blob.digest, size, blob.size) }
      sizes[blob.digest] = size
    }
  }

  /// The config and the layers, each once.
  private var content: [Descriptor] {
    var seen: Set<Digest> = []
    return ([config] + layers).filter { seen.insert($0.digest).inserted }
  }

  /// The blobs that a store must have, each once. Layers that are fetched from elsewhere are left out.
  package var blobs: [Descriptor] { content.filter { !$0.isForeign } }

  /// What a pull of the image moves besides the manifest, in bytes: compressed layers, and the config. A size is what the
  /// manifest says, so the sum may be any number; it is never more than an Int64 holds.
  package var pullSize: Int64 {
    content.reduce(0) { sum, blob in
      let (next, overflows) = sum.addingReportingOverflow(blob.size)
      return overflows ? .max : next
    }
  }
}

extension Descriptor {
  /// True for a layer that registries are not supposed to hold, because its licence forbids it. Engines fetch it from the
  /// `urls` of its descriptor; without any, it can only be where the image is.
  ///
  /// https://github.com/opencontainers/image-spec/blob/main/layer.md#non-distributable-layers
  package var isForeign: Bool {
    let isNotDistributed =
      mediaType.rawValue.hasPrefix("application/vnd.docker.image.rootfs.foreign.")
      || mediaType.rawValue.hasPrefix("application/vnd.oci.image.layer.nondistributable.")
    return isNotDistributed && (try? JSONNode(json).optional("urls")?.array().isEmpty) == false
  }
}
