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
    parts.variant = try members["variant"]?.text()
    parts.osFeatures = try features.map { node throws(SpecError) in try Self.texts(node) }
    if let version {
      let text = try version.text()
      parts.osVersion = try version.reading { try Platform(parsingWithVersion: "windows/amd64:\(text)").osVersion }
    }
    guard members["os"] != nil || members["architecture"] != nil else {
      source.platformParts = parts
      return
    }
    let words = [try text("os", members), try text("architecture", members)] + [parts.variant].compactMap(\.self)
    var platform = try node.reading { try Platform(parsing: words.joined(separator: "/")) }
    if let version, platform.os != "windows" {
      throw version.error(.cause(VersionOfSystem(os: platform.os)))
    }
    platform.osVersion = parts.osVersion
    platform.osFeatures = parts.osFeatures
    source.platform = platform
  }

  private func text(_ key: String, _ members: [String: SpecNode]) throws(SpecError) -> String {
    guard let member = members[key] else { throw node.error(.missing(key)) }
    return try member.text()
  }

  private static func texts(_ node: SpecNode) throws(SpecError) -> [String] {
    var texts: [String] = []
    for element in try node.elementsOrText() { texts.append(try element.text()) }
    return texts
  }

  /// The value of two keys with the same meaning.
  private static func one(_ members: [String: SpecNode], _ key: String, _ other: String) throws(SpecError) -> SpecNode?
  {
    if let first = members[key], members[other] != nil { throw first.error(.sameMeaning(key, other)) }
    return members[key] ?? members[other]
  }
}

/// Engines compare the version of Windows only.
private struct VersionOfSystem: Error, CustomStringConvertible {
  let os: String

  var description: String { "only windows has a version, not \(os)" }
}
