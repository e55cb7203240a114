import JSON

/// Why some bytes cannot be read as a manifest.
package enum ManifestError: Error, Hashable {
  case json(JSONError)
  case digest(path: String, DigestError)
  /// It has members of two kinds of manifests, such as an image and an index: programs differ in which one they see.
  case ambiguous(String, String)
  /// A member of the descriptor that points at it is not true.
  case differs(member: String, said: String, found: String)
  /// Two descriptors of one blob have different sizes, in bytes.
  case twoSizes(Digest, Int64, Int64)
  /// The content that is embedded in its descriptor (`data`) has other bytes.
  case otherData
  /// The descriptor that points at it has this type, which is not that of a manifest.
  case otherType(MediaType)
  /// It is of a type of docker's, and does not say so itself.
  case noMediaType
  /// It is larger than so many bytes.
  case tooLarge(limit: Int)
}

extension ManifestError: CustomStringConvertible {
  package var description: String {
    switch self {
    case .json(let error): "\(error)"
    case .digest(let path, let error): "\(path): \(error)"
    case .ambiguous(let first, let second): "it has both \(first) and \(second), and could be two different manifests"
    case .noMediaType: "it has no mediaType, and docker does not pull a manifest of this type without one"
    case .tooLarge(let limit): "it is larger than \(limit) bytes"
    case .differs(let member, let said, let found):
      "its descriptor says \(member) \(said), but the manifest has \(found)"
    case .twoSizes(let digest, let one, let other): "it gives two sizes for the blob \(digest): \(one) and \(other)"
    case .otherData: "the data in its descriptor has other bytes"
    case .otherType(let type):
      "its descriptor says mediaType \u{201C}\(type)\u{201D}, which is not the type of an image manifest or a list"
    }
  }
}

extension JSONNode {
  /// The root of a manifest.
  ///
  /// - Throws: `ManifestError` where another program could see another image in the same bytes: two members with one name,
  ///   or members of two kinds of manifests (CVE-2021-41190).
  init(manifest bytes: [UInt8]) throws(ManifestError) {
    let kinds: [String]
    do throws(JSONError) {
      self.init(try JSONValue(decoding: bytes, duplicateNames: .refusedInAnyCase(exceptIn: ["annotations"])))
      kinds = try signsOfKinds()
      try checkSchemaVersion()
    } catch { throw .json(error) }
    if kinds.count > 1 { throw .ambiguous(kinds[0], kinds[1]) }
  }

  /// Programs in Go cannot read a version that is no whole number. Some of them read a manifest without one.
  private func checkSchemaVersion() throws(JSONError) {
    guard let version = try optional("schemaVersion") else { return }
    // Whoever reads version 1 sees which members it has.
    guard [.integer(1), .integer(2)].contains(version.value) else {
      let found = if case .integer(let number) = version.value { "\(number)" } else { version.value.kind }
      throw .type(path: version.path, expected: "2", found: found)
    }
  }

  func manifestMember(_ name: String) throws(ManifestError) -> JSONNode {
    do { return try required(name) } catch { throw .json(error) }
  }

  /// For each kind of manifest that this could be, a member that only this kind has: an index, an image, schema 1.
  private func signsOfKinds() throws(JSONError) -> [String] {
    var signs: [String] = []
    for names in [["manifests"], ["config", "layers"], ["fsLayers", "history", "signatures"]] {
      for name in names where try optional(name) != nil {
        signs.append(name)
        break
      }
    }
    if try optional("schemaVersion")?.value == .integer(1) { signs.append("schemaVersion 1") }
    return signs
  }
}
