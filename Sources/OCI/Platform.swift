import JSON

/// The operating system and hardware that an image runs on.
///
/// Members that have no property here are preserved: see `PreservedMembers`.
///
/// Image spec, "platform": https://github.com/opencontainers/image-spec/blob/main/image-index.md
package struct Platform: Hashable, Sendable {
  package var os: String
  package var architecture: String
  /// Such as `v7` of `arm`.
  package var variant: String?
  /// Such as `10.0.20348.2113`. Windows compares it with its own version.
  package var osVersion: String?
  package var osFeatures: [String]?

  private var preserved = PreservedMembers()

  package init(
    os: String,
    architecture: String,
    variant: String? = nil,
    osVersion: String? = nil,
    osFeatures: [String]? = nil
  ) {
    self.os = os
    self.architecture = architecture
    self.variant = variant
    self.osVersion = osVersion
    self.osFeatures = osFeatures
  }

  /// False for `unknown/unknown`, the platform of attestations: no engine runs what is behind such an entry.
  package var isRunnable: Bool { os != Self.unknown && architecture != Self.unknown }

  /// The operating system or the architecture of something that has none.
  static let unknown = "unknown"
}

/// `linux/arm/v7`, without the version and the features of the operating system. A part that is no word is in quotation
/// marks: with a slash or a space in it, the text would look like another platform, or like two columns.
extension Platform: CustomStringConvertible {
  package var description: String {
    let parts = [os, architecture] + (variant.map { [$0] } ?? [])
    return parts.map { $0.lowercased().isPlatformWord ? $0 : "\"\($0.replacing("\"", with: "\\\""))\"" }
      .joined(separator: "/")
  }

  /// As it is typed: with the version of the operating system, if there is one.
  package var withVersion: String { osVersion.map { "\(self):\($0)" } ?? "\(self)" }

  /// With the version of Windows, which tells two images apart. Those of other systems do not.
  package var distinctName: String { normalized.osVersion == nil ? "\(self)" : withVersion }
}

extension Platform {
  package var json: JSONValue { preserved.object(with: known) }

  /// In the order in which docker and the specification write them.
  private var known: PreservedMembers.Known {
    [
      "architecture": .string(architecture),
      "os": .string(os),
      "os.version": osVersion.map(JSONValue.string),
      "os.features": osFeatures.map { .array($0.map(JSONValue.string)) },
      "variant": variant.map(JSONValue.string),
    ]
  }

  /// Reads the platform of an index entry. Nil where it lacks the architecture or the operating system.
  package init?(_ node: JSONNode) throws(JSONError) {
    try self.init(partial: node)
    if os.isEmpty || architecture.isEmpty { return nil }
  }

  /// As Go's programs read it: the architecture and the operating system are empty where they are missing.
  init(partial node: JSONNode) throws(JSONError) {
    self.init(
      os: try node.platformText("os") ?? "",
      architecture: try node.platformText("architecture") ?? "",
      variant: try node.platformText("variant"),
      osVersion: try node.platformText("os.version"),
      osFeatures: try node.platformFeatures()
    )
    preserved = try PreservedMembers(of: node, known: known)
  }
}

extension JSONNode {
  /// A part of a platform; nil where it is missing or empty. Old images have empty strings in place of missing members.
  ///
  /// - Throws: `JSONError.value` unless it is printable ASCII and short: it is printed in messages and tables.
  func platformText(_ name: String) throws(JSONError) -> String? {
    guard let node = try optional(name) else { return nil }
    let text = try node.string()
    try node.checkPlatformText(text)
    return text.isEmpty ? nil : text
  }

  /// The `os.features`, with the same limits.
  func platformFeatures() throws(JSONError) -> [String]? {
    guard let node = try optional("os.features") else { return nil }
    let features = try node.array()
    guard features.count <= maximumFeatureCount else {
      throw .value(path: node.path, problem: "has more than \(maximumFeatureCount) elements")
    }
    var texts: [String] = []
    for feature in features {
      texts.append(try feature.string())
      try feature.checkPlatformText(texts[texts.count - 1])
    }
    return texts
  }

  private func checkPlatformText(_ text: String) throws(JSONError) {
    guard text.utf8.count <= maximumWordLength, text.utf8.allSatisfy({ (0x20...0x7E).contains($0) }) else {
      throw .value(path: path, problem: "is not a valid name of at most \(maximumWordLength) characters")
    }
  }
}

/// In bytes. Names of systems have 20 at most.
private let maximumWordLength = 128
private let maximumFeatureCount = 64
