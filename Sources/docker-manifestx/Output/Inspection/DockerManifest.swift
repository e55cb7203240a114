import FoundationEssentials
import JSON
import OCI

/// What `docker manifest inspect` prints, byte for byte. It writes most values anew with Go's encoder, and leaves out what it
/// does not know.
///
/// https://docs.docker.com/reference/cli/docker/manifest/inspect/
enum DockerManifest {
  /// One image, for `--verbose`.
  struct Image: Sendable {
    /// As docker prints it. For an image of a list: the list's name, with the digest of the image.
    let reference: String
    let manifest: RawManifest
    /// An object with the fields of a platform: the entry's in a list, else the image's config. Nil where there is none.
    let platform: JSONNode?
  }

  /// The manifest of an image: its own tokens, in docker's layout.
  static func text(ofImage manifest: RawManifest) -> [UInt8] {
    GoJSON.indented(manifest.bytes, with: "\t") + newline
  }

  /// A list: what docker would make of its entries.
  ///
  /// - Throws: `JSONError`, or `NestedList`.
  static func text(ofList list: RawManifest) throws -> [UInt8] {
    let entries = try Index(decoding: list.bytes, mediaType: list.mediaType).manifests
    let platforms = try platforms(in: list)
    var members: [[UInt8]] = []
    for (entry, platform) in zip(entries, platforms) {
      if entry.mediaType.isIndex { throw NestedList(digest: entry.digest) }
      members.append(
        object([
          ("mediaType", GoJSON.string("\(entry.mediaType)")),
          ("size", entry.size == 0 ? nil : Array("\(entry.size)".utf8)),
          ("digest", GoJSON.string("\(entry.digest)")),
          ("platform", try Self.platform(platform)),
        ])
      )
    }
    // docker takes the type of the list from its first entry.
    let type: MediaType = entries.first?.mediaType == .ociManifest ? .ociIndex : .dockerList
    let whole = object([
      ("schemaVersion", Array("2".utf8)), ("mediaType", GoJSON.string("\(type)")), ("manifests", array(members)),
    ])
    return GoJSON.indented(whole, with: "   ") + newline
  }

  /// The `platform` of each entry of a list, as it is written there.
  static func platforms(in list: RawManifest) throws(JSONError) -> [JSONNode?] {
    let node = JSONNode(try JSONValue(decoding: list.bytes, dialect: .go), names: .anyCase)
    var platforms: [JSONNode?] = []
    for entry in try node.optional("manifests")?.array() ?? [] { platforms.append(try entry.optional("platform")) }
    return platforms
  }

  /// An image, for `--verbose`.
  static func verboseText(ofImage image: Image) throws(JSONError) -> [UInt8] {
    GoJSON.indented(try verbose(image), with: "\t") + newline
  }

  /// The images of a list, for `--verbose`.
  static func verboseText(ofList images: [Image]) throws(JSONError) -> [UInt8] {
    var elements: [[UInt8]] = []
    for image in images { elements.append(try verbose(image)) }
    return GoJSON.indented(array(elements), with: "\t") + newline
  }

  private static func verbose(_ image: Image) throws(JSONError) -> [UInt8] {
    let manifest = image.manifest
    let descriptor = object([
      ("mediaType", GoJSON.string("\(manifest.mediaType)")), ("digest", GoJSON.string("\(manifest.digest)")),
      ("size", Array("\(manifest.bytes.count)".utf8)), ("platform", try platform(image.platform)),
    ])
    return object([
      ("Ref", GoJSON.string(image.reference)), ("Descriptor", descriptor),
      ("Raw", GoJSON.string(Data(manifest.bytes).base64EncodedString())),
      (manifest.mediaType == .ociManifest ? "OCIManifest" : "SchemaV2Manifest", GoJSON.compacted(manifest.bytes)),
    ])
  }

  /// Only what docker knows of a platform, in its order.
  private static func platform(_ node: JSONNode?) throws(JSONError) -> [UInt8] {
    func text(_ name: String) throws(JSONError) -> [UInt8]? {
      guard let text = try node?.optional(name)?.string(), !text.isEmpty else { return nil }
      return GoJSON.string(text)
    }
    let features = try node?.optional("os.features")?.strings() ?? []
    return object([
      ("architecture", try text("architecture") ?? GoJSON.string("")), ("os", try text("os") ?? GoJSON.string("")),
      ("os.version", try text("os.version")),
      ("os.features", features.isEmpty ? nil : array(features.map(GoJSON.string))),
      ("variant", try text("variant")),
    ])
  }

  private static let newline = [UInt8(ascii: "\n")]

  /// Without the members that have no value.
  private static func object(_ members: [(name: String, value: [UInt8]?)]) -> [UInt8] {
    let texts = members.compactMap { member in member.value.map { GoJSON.string(member.name) + Array(":".utf8) + $0 } }
    return Array("{".utf8) + texts.joined(separator: Array(",".utf8)) + Array("}".utf8)
  }

  private static func array(_ elements: [[UInt8]]) -> [UInt8] {
    Array("[".utf8) + elements.joined(separator: Array(",".utf8)) + Array("]".utf8)
  }
}

/// An entry of a list is a list itself.
struct NestedList: Error, CustomStringConvertible {
  let digest: Digest

  var description: String { "docker manifest inspect does not show lists that contain lists, such as \(digest)" }
}
