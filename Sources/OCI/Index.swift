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

  /// The same index always gives the same bytes, and so the same digest. What registries require is written in any case.
  package func encoded() -> [UInt8] {
    let required: Set = mediaType == .dockerList ? ["schemaVersion", "mediaType"] : ["schemaVersion"]
    return preserved.object(with: known, requiring: required).encoded(indent: 3)
  }

  /// True if it was read without its `schemaVersion`, which registries require. Programs that pull do without it.
  package var lacksSchemaVersion: Bool { preserved.lacks("schemaVersion") }

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

  /// In bytes. Registries and engines do not accept a larger manifest:
  /// https://github.com/opencontainers/distribution-spec/blob/main/spec.md#pushing-manifests
  package static let maximumSize = 4 << 20

  /// Checks that an index which was made here can be read again.
  ///
  /// - Throws: `ManifestError` if it is too large, or has too many members.
  package static func checkSize(of encoded: [UInt8]) throws(ManifestError) {
    guard encoded.count <= maximumSize else { throw .tooLarge(limit: maximumSize) }
    do { try JSONValue.checkCost(of: encoded) } catch { throw .json(error) }
  }

  /// - Throws: `ManifestError` if the bytes do not state their `schemaVersion`. Some programs do without it, but registries
  ///   refuse such an index.
  package static func checkSchemaVersion(in bytes: [UInt8]) throws(ManifestError) {
    _ = try JSONNode(manifest: bytes).manifestMember("schemaVersion")
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
    let subjectNode: JSONNode?
    do throws(JSONError) {
      (artifactType, annotations) = (try root.artifactType(), try root.annotations())
      subjectNode = try root.optional("subject")
    } catch { throw .json(error) }
    if let subjectNode { subject = try Descriptor(subjectNode) }
    do { preserved = try PreservedMembers(of: root, known: known) } catch { throw .json(error) }
  }
}
