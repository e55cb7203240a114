import JSON

/// What an image's config says, as far as a list needs it.
///
/// Image spec, "Image configuration": https://github.com/opencontainers/image-spec/blob/main/config.md
package struct ImageConfig: Hashable, Sendable {
  /// Nil where the config names no architecture or no operating system.
  package let platform: Platform?

  /// - Throws: `ManifestError` if the bytes are not the JSON of a config.
  package init(decoding bytes: [UInt8]) throws(ManifestError) {
    do {
      // Here the last of two members of one name counts, as for the engines that run the image.
      platform = try Platform(JSONNode(JSONValue(decoding: bytes)))
    } catch { throw .json(error) }
  }
}
