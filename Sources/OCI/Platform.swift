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

  /// What stands for an operating system or an architecture where there is none.
  static let unknown = "unknown"
}

/// `linux/arm/v7`, without the version and the features of the operating system.
extension Platform: CustomStringConvertible {
  package var description: String {
    ([os, architecture] + (variant.map { [$0] } ?? [])).joined(separator: "/")
  }
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
    guard let architecture = try node.text("architecture"), let os = try node.text("os") else { return nil }
    self.init(
      os: os,
      architecture: architecture,
      variant: try node.text("variant"),
      osVersion: try node.text("os.version"),
      osFeatures: try node.optional("os.features")?.strings()
    )
    preserved = try PreservedMembers(of: node, known: known)
  }
}

extension JSONNode {
  /// The text of a member; nil where it is missing or empty. Old images have empty strings in place of missing members.
  func text(_ name: String) throws(JSONError) -> String? {
    let text = try optional(name)?.string()
    return text?.isEmpty == true ? nil : text
  }
}
