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

  /// The form for comparison, in which two spellings of one platform are equal: `arm64` and `arm64/v8`, `amd64` and
  /// `amd64/v1`, `arm` and `arm/v7`. Container engines use the same rule to choose from a list. Preserved members are not
  /// in it.
  package var normalized: Platform {
    var platform = self
    platform.preserved = PreservedMembers()
    switch (architecture, variant) {
    case ("arm64", "v8"), ("amd64", "v1"): platform.variant = nil
    case ("arm", nil): platform.variant = "v7"
    default: break
    }
    return platform
  }

  /// False for `unknown/unknown`, the platform of attestations: no engine runs what is behind such an entry.
  package var isRunnable: Bool { os != Self.unknown && architecture != Self.unknown }

  /// What stands for an operating system or an architecture where there is none.
  static let unknown = "unknown"

  /// True where an image for this platform also runs on the other one. The version of the operating system is ignored.
  package func isSame(as other: Platform) -> Bool { normalized.description == other.normalized.description }
}

/// `linux/arm/v7`, without the version and the features of the operating system.
extension Platform: CustomStringConvertible {
  package var description: String {
    ([os, architecture] + (variant.map { [$0] } ?? [])).joined(separator: "/")
  }
}

extension Platform {
  /// Reads `OS/ARCH[/VARIANT]`, also with other common names: `linux/aarch64`, `linux/armhf`, `macos/arm64`.
  /// An architecture alone means linux.
  ///
  /// - Throws: `PlatformError` if the text has another form, or a part is not a word.
  package init(parsing text: String) throws(PlatformError) {
    let parts = text.lowercased().split(separator: "/", omittingEmptySubsequences: false).map(String.init)
    guard (1...3).contains(parts.count), parts.allSatisfy(\.isPlatformWord) else { throw PlatformError(text: text) }
    let name = PlatformName(parts.count == 1 ? parts[0] : parts[1])
    if parts.count == 1 {
      guard let name else { throw PlatformError(text: text) }
      self.init(os: "linux", architecture: name.architecture, variant: name.variant)
    } else {
      // `arm64/v8` is an architecture and its variant, without an operating system.
      if PlatformName(parts[0]) != nil { throw PlatformError(text: text) }
      self.init(
        os: operatingSystems[parts[0]] ?? parts[0],
        architecture: name?.architecture ?? parts[1],
        variant: parts.count == 3 ? Self.variant(parts[2]) : name?.variant
      )
    }
  }
}

extension Platform {
  /// `7` is short for `v7`, as in container engines.
  static func variant(_ word: String) -> String { Int(word) == nil ? word : "v\(word)" }
}

/// The text is not a platform.
package struct PlatformError: Error, Hashable, CustomStringConvertible {
  /// As it was given.
  package let text: String
  package var description: String {
    "\u{201C}\(text)\u{201D} is not a platform (such as linux/arm64 or linux/arm/v7)"
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

extension String {
  /// Lower-case letters, digits, `.`, `_` and `-`: what the parts of a platform are made of.
  var isPlatformWord: Bool {
    !isEmpty
      && utf8.allSatisfy {
        switch $0 {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"): true
        case UInt8(ascii: "."), UInt8(ascii: "_"), UInt8(ascii: "-"): true
        default: false
        }
      }
  }
}
