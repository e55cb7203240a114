import JSON

/// Points at content by what it is, how long, and what its bytes hash to.
///
/// Image spec, "Descriptors": https://github.com/opencontainers/image-spec/blob/main/descriptor.md
package struct Descriptor: Hashable, Sendable {
  package var mediaType: MediaType
  /// In bytes.
  package var size: Int64
  package var digest: Digest
  /// In an index, what the manifest behind this descriptor is for.
  package var platform: Platform?

  package init(mediaType: MediaType, size: Int64, digest: Digest, platform: Platform? = nil) {
    self.mediaType = mediaType
    self.size = size
    self.digest = digest
    self.platform = platform
  }
}

extension Descriptor {
  /// In the order in which docker writes the members.
  package var json: JSONValue {
    .object([
      "mediaType": .string(mediaType.rawValue),
      "size": .integer(size),
      "digest": .string(digest.description),
      "platform": platform?.json,
    ])
  }

  /// - Throws: `ManifestError` if a member is missing or is not what the specification says.
  package init(_ node: JSONNode) throws(ManifestError) {
    do throws(JSONError) {
      mediaType = try MediaType(node.required("mediaType"))
      let sizeNode = try node.required("size")
      size = try sizeNode.integer()
      guard size >= 0 else { throw sizeNode.wrong("a size in bytes") }
      if let platformNode = try node.optional("platform") { platform = try Platform(platformNode) }
    } catch { throw .json(error) }
    digest = try Self.digest(node)
  }

  private static func digest(_ node: JSONNode) throws(ManifestError) -> Digest {
    let text: String
    do { text = try node.required("digest").string() } catch { throw .json(error) }
    do { return try Digest(parsing: text) } catch { throw .digest(path: "\(node.path).digest", error) }
  }
}
