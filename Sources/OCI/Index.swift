import JSON

/// A multi-platform image: one name for images of several platforms.
///
/// Members that have no property here are preserved: see `PreservedMembers`.
///
/// Image spec, "Image index": https://github.com/opencontainers/image-spec/blob/main/image-index.md;
/// docker's manifest list has the same members and another media type.
package struct Index: Hashable, Sendable {
  package var mediaType: MediaType
  package var artifactType: MediaType?
  package var manifests: [Descriptor]
  /// The manifest that this index refers to, for the registry's list of referrers.
  package var subject: Descriptor?
  /// Empty where there are none.
  package var annotations: [String: String] = [:]

  private var preserved = PreservedMembers()

  package init(mediaType: MediaType, manifests: [Descriptor]) {
    self.mediaType = mediaType
    self.manifests = manifests
  }

  /// The same index always gives the same bytes, and so the same digest.
  package func encoded() -> [UInt8] { preserved.object(with: known).encoded(indent: 3) }

  private var known: PreservedMembers.Known {
    [
      "schemaVersion": 2,
      "mediaType": .string(mediaType.rawValue),
      "artifactType": (artifactType?.rawValue).map(JSONValue.string),
      "manifests": .array(manifests.map(\.json)),
      "subject": subject?.json,
      "annotations": annotations.annotationsMember,
    ]
  }

  /// - Parameter mediaType: The type that the registry gave, for an index that has no `mediaType` member.
  /// - Throws: `ManifestError` if the bytes are not the JSON of an index.
  package init(decoding bytes: [UInt8], mediaType: MediaType) throws(ManifestError) {
    let root = try JSONNode(manifest: bytes)
    let list = try root.manifestMember("manifests")
    let nodes: [JSONNode]
    do { nodes = try list.array() } catch { throw .json(error) }
    var manifests: [Descriptor] = []
    for node in nodes { manifests.append(try Descriptor(node)) }
    self.init(mediaType: mediaType, manifests: manifests)
    artifactType = root.artifactType
    // A subject of another form is preserved, and is no reason to refuse the images.
    if let node = try? root.optional("subject") { subject = try? Descriptor(node) }
    annotations = root.annotations
    do { preserved = try PreservedMembers(of: root, known: known) } catch { throw .json(error) }
  }
}
