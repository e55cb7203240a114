import JSON

/// One name for images of several platforms.
///
/// Image spec, "Image index": https://github.com/opencontainers/image-spec/blob/main/image-index.md;
/// docker's manifest list has the same members and another media type.
package struct Index: Hashable, Sendable {
  package var mediaType: MediaType
  package var manifests: [Descriptor]

  package init(mediaType: MediaType, manifests: [Descriptor]) {
    self.mediaType = mediaType
    self.manifests = manifests
  }

  /// The same index always gives the same bytes, and so the same digest.
  package func encoded() -> [UInt8] {
    JSONValue.object([
      "schemaVersion": 2,
      "mediaType": .string(mediaType.rawValue),
      "manifests": .array(manifests.map(\.json)),
    ]).encoded(indent: 3)
  }

  /// - Parameter mediaType: What the registry said of the bytes, for an index that does not say it itself.
  /// - Throws: `ManifestError` if the bytes are not the JSON of an index.
  package init(decoding bytes: [UInt8], mediaType: MediaType) throws(ManifestError) {
    let list = try JSONNode(manifest: bytes).manifestMember("manifests")
    let nodes: [JSONNode]
    do { nodes = try list.array() } catch { throw .json(error) }
    var manifests: [Descriptor] = []
    for node in nodes { manifests.append(try Descriptor(node)) }
    self.init(mediaType: mediaType, manifests: manifests)
  }
}
