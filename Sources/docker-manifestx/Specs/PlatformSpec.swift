import ManifestLists
import OCI

/// The value of `platform`: a text, or a mapping with the keys of manifest-tool or of the OCI image specification.
struct PlatformSpec {
  let node: SpecNode

  private static let keys = [
    "os", "architecture", "variant", "os.version", "os.features", "osversion", "osfeatures", "features",
  ]

  /// Sets what it states about an image. Without an operating system and an architecture, the image's own are used.
  func apply(to source: inout Source) throws(SpecError) {
    if node.isText {
      let text = try node.text()
      source.platform = try node.reading { try Platform(parsingWithVersion: text) }
      return
    }
    // `features` is read by no engine, and no list that docker makes has it.
    let members = try node.members(Self.keys)
    let version = try Self.one(members, "os.version", "osversion")
    let features = try Self.one(members, "os.features", "osfeatures")
    var parts = Source.PlatformParts()
    parts.variant = try Self.text(members["variant"])
    parts.osVersion = try Self.text(version)
    parts.osFeatures = try Self.texts(features)
    let (os, architecture) = (try Self.text(members["os"]), try Self.text(members["architecture"]))
    if os != nil || architecture != nil {
      guard let os else { throw node.error(.missing("os")) }
      guard let architecture else { throw node.error(.missing("architecture")) }
      let words = [os, architecture, parts.variant].compactMap(\.self)
      var platform = try node.reading { try Platform(parsing: words.joined(separator: "/")) }
      if let text = parts.osVersion { try version?.reading { try platform.setVersion(text) } }
      platform.osFeatures = parts.osFeatures
      source.platform = platform
    } else {
      // Only one operating system has versions; whether it is the image's is not known yet.
      var windows = Platform(os: "windows", architecture: "amd64")
      if let text = parts.osVersion { try version?.reading { try windows.setVersion(text) } }
      source.platformParts = parts
    }
  }

  /// Nil for an empty text: it stands for a value that is left out, as in the files that Go writes.
  private static func text(_ node: SpecNode?) throws(SpecError) -> String? {
    guard let text = try node?.text(), !text.isEmpty else { return nil }
    return text
  }

  private static func texts(_ node: SpecNode?) throws(SpecError) -> [String]? {
    var texts: [String] = []
    for element in try node?.elementsOrText() ?? [] { texts += [try text(element)].compactMap(\.self) }
    return texts.isEmpty ? nil : texts
  }

  /// The value of two keys with the same meaning.
  private static func one(_ members: [String: SpecNode], _ key: String, _ other: String) throws(SpecError) -> SpecNode?
  {
    if let first = members[key], members[other] != nil { throw first.error(.sameMeaning(key, other)) }
    return members[key] ?? members[other]
  }
}
