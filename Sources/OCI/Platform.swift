import JSON

/// What an image runs on.
///
/// Image spec, "platform": https://github.com/opencontainers/image-spec/blob/main/image-index.md
package struct Platform: Hashable, Sendable {
  package var os: String
  package var architecture: String
  /// Such as `v7` of `arm`.
  package var variant: String?
  /// Such as `10.0.20348.2113`, which Windows compares with its own.
  package var osVersion: String?
  package var osFeatures: [String]?

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

  /// The form in which two ways of writing one platform are equal: `arm64` and `arm64/v8`, `amd64` and `amd64/v1`, `arm`
  /// and `arm/v7`; the rule of every container engine when it picks from a list.
  package var normalized: Platform {
    var platform = self
    switch (architecture, variant) {
    case ("arm64", "v8"), ("amd64", "v1"): platform.variant = nil
    case ("arm", nil): platform.variant = "v7"
    default: break
    }
    return platform
  }

  /// True where an image for this platform is one for the other, too, whatever the version of its operating system.
  package func isSame(as other: Platform) -> Bool { normalized.description == other.normalized.description }
}

/// `linux/arm/v7`: what people write and read. The version and features of the operating system are not in it.
extension Platform: CustomStringConvertible {
  package var description: String {
    ([os, architecture] + (variant.map { [$0] } ?? [])).joined(separator: "/")
  }
}

extension Platform {
  /// Reads `OS/ARCH[/VARIANT]`, and the other names that people have for them: `linux/aarch64`, `linux/armhf`, `macos/arm64`.
  /// An architecture alone means linux, as it does for every image without another word.
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
      // arm64/v8 is no operating system with an architecture.
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
  /// `7` is short for `v7`, as for container engines.
  static func variant(_ word: String) -> String { Int(word) == nil ? word : "v\(word)" }
}

package struct PlatformError: Error, Hashable, CustomStringConvertible {
  package let text: String
  package var description: String {
    "\u{201C}\(text)\u{201D} is not a platform: one looks like linux/arm64 or linux/arm/v7"
  }
}

extension Platform {
  /// The members that say something, in the order in which docker and the specification write them.
  package var json: JSONValue {
    .object([
      "architecture": .string(architecture),
      "os": .string(os),
      "os.version": osVersion.map(JSONValue.string),
      "os.features": osFeatures.map { .array($0.map(JSONValue.string)) },
      "variant": variant.map(JSONValue.string),
    ])
  }

  /// Reads the platform of an index entry. Nil where it names no architecture, or says `unknown`, as attestations do.
  package init?(_ node: JSONNode) throws(JSONError) {
    guard
      let architecture = try node.text("architecture"), architecture != "unknown",
      let os = try node.text("os"), os != "unknown"
    else { return nil }
    self.init(
      os: os,
      architecture: architecture,
      variant: try node.text("variant"),
      osVersion: try node.text("os.version"),
      osFeatures: try node.optional("os.features")?.strings()
    )
  }
}

extension JSONNode {
  /// Old images have empty strings where they mean nothing.
  func text(_ name: String) throws(JSONError) -> String? {
    let text = try optional(name)?.string()
    return text?.isEmpty == true ? nil : text
  }
}

extension String {
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
