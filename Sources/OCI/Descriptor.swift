import JSON

/// Points at content: its type, its size and the digest of its bytes.
///
/// Members that have no property here (`urls`, `data`) are preserved: see `PreservedMembers`.
///
/// Image spec, "Descriptors": https://github.com/opencontainers/image-spec/blob/main/descriptor.md
package struct Descriptor: Hashable, Sendable {
  package var mediaType: MediaType
  /// In bytes.
  package var size: Int64
  package var digest: Digest
  /// Empty where there are none.
  package var annotations: [String: String] = [:]
  /// In an index, the platform of the manifest that this descriptor points at.
  package var platform: Platform?
  /// The type of the artifact that the manifest describes.
  package var artifactType: MediaType?

  private var preserved = PreservedMembers()

  package init(mediaType: MediaType, size: Int64, digest: Digest, platform: Platform? = nil) {
    self.mediaType = mediaType
    self.size = size
    self.digest = digest
    self.platform = platform
  }

  /// The platform, if it is one that an image can run on: nil for an attestation (`unknown/unknown`).
  package var runnablePlatform: Platform? { platform?.isRunnable == true ? platform : nil }
}

extension Descriptor {
  /// The type, the size and the digest alone. The other members can be large.
  package var bare: Descriptor { Descriptor(mediaType: mediaType, size: size, digest: digest) }

  /// The content itself in base64, if the descriptor has it.
  package var embeddedContent: String? { try? JSONNode(json).optional("data")?.string() }

  /// The platform as engines read it: an operating system or an architecture that it lacks is empty. Nil only if there is
  /// no platform at all.
  package var statedPlatform: Platform? {
    if let platform { return platform }
    guard let read = preserved.read("platform"), read != .null else { return nil }
    return try? Platform(partial: JSONNode(read))
  }

  /// True if the platform was read, and lacks the operating system or the architecture.
  package var hasIncompletePlatform: Bool { platform == nil && statedPlatform != nil }

  /// True if only one of the operating system and the architecture is `unknown`, as for no attestation.
  package var hasHalfUnknownPlatform: Bool {
    platform.map { ($0.os == Platform.unknown) != ($0.architecture == Platform.unknown) } ?? false
  }

  package var json: JSONValue { preserved.object(with: known) }

  /// In the order in which docker writes them.
  private var known: PreservedMembers.Known {
    [
      "mediaType": .string(mediaType.rawValue),
      "size": .integer(size),
      "digest": .string(digest.description),
      "annotations": annotations.annotationsMember,
      "platform": platform?.json,
      "artifactType": (artifactType?.rawValue).map(JSONValue.string),
    ]
  }

  /// - Throws: `ManifestError` if a required member is missing, or has another form than the specification says.
  package init(_ node: JSONNode) throws(ManifestError) {
    do throws(JSONError) {
      mediaType = try MediaType(node.required("mediaType"))
      let sizeNode = try node.required("size")
      size = try sizeNode.integer()
      guard size >= 0 else { throw .value(path: sizeNode.path, problem: "is not a valid size") }
      if let platformNode = try node.optional("platform") { platform = try Platform(platformNode) }
    } catch { throw .json(error) }
    digest = try Self.digest(node)
    do throws(JSONError) {
      annotations = try node.annotations()
      artifactType = try node.artifactType()
      try Self.preservedForm.check(node)
      preserved = try PreservedMembers(of: node, known: known)
    } catch { throw .json(error) }
  }

  /// One member that Go cannot read makes a list unreadable for all platforms.
  private static let preservedForm = MemberForm.object(["urls": .array(.text), "data": .data])

  /// The types that all members have in Go, for a descriptor that is not used here.
  static let form = MemberForm.object([
    "mediaType": .text, "digest": .text, "size": .number, "artifactType": .text,
    "urls": .array(.text), "annotations": .map(.text), "data": .data,
    "platform": .object([
      "os": .text, "architecture": .text, "variant": .text, "os.version": .text, "os.features": .array(.text),
    ]),
  ])

  private static func digest(_ node: JSONNode) throws(ManifestError) -> Digest {
    let text: String
    do { text = try node.required("digest").string() } catch { throw .json(error) }
    do { return try Digest(parsing: text) } catch { throw .digest(path: "\(node.path).digest", error) }
  }
}
