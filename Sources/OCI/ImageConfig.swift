import JSON

/// What an image's config says of its platform, by the names that docker has for architectures and systems, whatever tool
/// wrote it (`aarch64`, `x86_64`); nil for what it does not say.
///
/// Image spec, "Image configuration": https://github.com/opencontainers/image-spec/blob/main/config.md
package struct ImageConfig: Hashable, Sendable {
  package let os: String?
  package let architecture: String?
  package let variant: String?
  package let osVersion: String?
  package let osFeatures: [String]?

  /// - Throws: `ManifestError` if the bytes are not the JSON of a config.
  package init(decoding bytes: [UInt8]) throws(ManifestError) {
    do throws(JSONError) {
      // Here the last of two members of one name counts, as for the engines that run the image.
      let node = JSONNode(try JSONValue(decoding: bytes))
      let (system, word) = (try node.platformWord("os"), try node.platformWord("architecture"))
      let name = word.flatMap(PlatformName.init)
      os = system.map { operatingSystems[$0] ?? $0 }
      architecture = name?.architecture ?? word
      variant = try node.platformWord("variant").map(Platform.variant) ?? name?.variant
      osVersion = try node.text("os.version")
      osFeatures = try node.optional("os.features")?.strings()
    } catch { throw .json(error) }
  }

  package var namesNoPlatform: Bool { os == nil && architecture == nil }
  /// As the config of an attestation, which no engine runs.
  package var declaresNoPlatform: Bool { os == "unknown" || architecture == "unknown" }

  /// What the config leaves out is taken from another word on the same image; linux goes without saying. Nil where nobody
  /// names an architecture, or the config is for nothing.
  package func platform(completedBy other: Platform? = nil) -> Platform? {
    guard !declaresNoPlatform, let architecture = architecture ?? other?.architecture else { return nil }
    return Platform(
      os: os ?? other?.os ?? "linux",
      architecture: architecture,
      variant: variant ?? (architecture == other?.architecture ? other?.variant : nil),
      osVersion: osVersion,
      osFeatures: osFeatures
    )
  }
}

extension JSONNode {
  /// A word as platforms are made of, in lower case: what a registry gave becomes a line of ours, and of the list.
  fileprivate func platformWord(_ name: String) throws(JSONError) -> String? {
    guard let word = try text(name)?.lowercased() else { return nil }
    guard word.isPlatformWord else { throw .type(path: name, expected: "a word such as arm64", found: "another text") }
    return word
  }
}
