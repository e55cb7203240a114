import JSON

/// The platform that an image's config states. Architectures and operating systems have docker's names here, also where
/// the tool that wrote the config used others (`aarch64`, `x86_64`). A property is nil where the config says nothing.
///
/// Image spec, "Image configuration": https://github.com/opencontainers/image-spec/blob/main/config.md
package struct ImageConfig: Hashable, Sendable {
  package let os: String?
  package let architecture: String?
  package let osVersion: String?
  package let osFeatures: [String]?
  /// When the image was built, as it is written: RFC 3339.
  package let created: String?
  /// How many layers the image has: its `rootfs.diff_ids`.
  package let layerCount: Int
  /// The labels with the keys that the specification predefines for annotations (`org.opencontainers.image.title`).
  package let predefinedLabels: [String: String]
  /// As they are written, in lower case. Together they state the variant.
  private let architectureWord: String?
  private let variantWord: String?

  /// - Throws: `ManifestError` if the bytes are not the JSON of a config.
  package init(decoding bytes: [UInt8]) throws(ManifestError) { try self.init(Self.document(decoding: bytes)) }

  /// The config as a whole, with the members that have no property here.
  ///
  /// - Throws: `ManifestError` if the bytes are not JSON, or programs differ in how they read it.
  package static func document(decoding bytes: [UInt8]) throws(ManifestError) -> JSONNode {
    do { return JSONNode(try JSONValue(decoding: bytes, duplicateNames: .refusedInAnyCase(exceptIn: maps))) } catch {
      throw .json(error)
    }
  }

  /// - Parameter node: What `document(decoding:)` returned.
  /// - Throws: `ManifestError` if a member has another form than the specification says.
  package init(_ node: JSONNode) throws(ManifestError) {
    do throws(JSONError) {
      architectureWord = try node.platformWord("architecture")
      variantWord = try node.platformWord("variant")
      let spelling = PlatformSpelling(os: try node.platformWord("os"), architecture: architectureWord, variant: nil)
      (os, architecture) = (spelling.os, spelling.architecture)
      osVersion = try node.platformText("os.version")
      let features = try node.platformFeatures()
      osFeatures = features?.isEmpty == true ? nil : features
      try Self.checkForm(of: node)
      predefinedLabels = node.predefinedLabels
      created = node.created
      layerCount = node.layerCount
    } catch { throw .json(error) }
  }

  /// The members whose keys are the author's own, and not the names of fields.
  private static let maps: Set<String> = ["annotations", "ExposedPorts", "Labels", "Volumes"]

  /// Neither an operating system nor an architecture is stated.
  package var namesNoPlatform: Bool { os == nil && architecture == nil }
  /// The config states that there is no platform, like the config of an attestation.
  package var declaresNoPlatform: Bool { os == Platform.unknown || architecture == Platform.unknown }

  /// The platform, where what the config leaves out is taken from another statement about the same image. The default
  /// operating system is linux. Nil where no architecture is stated, or the config declares that there is no platform.
  package func platform(completedBy other: Platform? = nil) -> Platform? {
    let spelling = spelling(completedBy: other)
    guard !declaresNoPlatform, let architecture = spelling.architecture else { return nil }
    return Platform(
      os: spelling.os ?? "linux",
      architecture: architecture,
      variant: spelling.variant ?? (architecture == other?.architecture ? other?.variant : nil),
      osVersion: osVersion,
      osFeatures: osFeatures
    )
  }

  /// The variant that `platform(completedBy:)` leaves out, because the architecture does not have it. Nil where there is
  /// none.
  package func unknownVariant(completedBy other: Platform? = nil) -> String? {
    spelling(completedBy: other).unknownVariant
  }

  private func spelling(completedBy other: Platform?) -> PlatformSpelling {
    PlatformSpelling(
      os: os ?? other?.os,
      architecture: architectureWord ?? other?.architecture,
      variant: variantWord
    )
  }
}

extension JSONNode {
  /// In bytes. The labels of all images of a list are in memory at the same time.
  private static let labelLimit = 64 << 10

  /// Nil where it is longer than times are written: that is no reason to refuse an image.
  fileprivate var created: String? {
    // With nanoseconds and an offset, a time has 35 characters.
    (try? optional("created")?.string()).flatMap { $0.utf8.count <= 40 ? $0 : nil }
  }

  /// Zero where there are none.
  fileprivate var layerCount: Int {
    (try? optional("rootfs")?.optional("diff_ids")?.array().count) ?? 0
  }

  /// None where they are too large: that is no reason to refuse an image.
  fileprivate var predefinedLabels: [String: String] {
    let labels = (try? optional("config")?.optional("Labels")?.members()) ?? []
    var predefined: [String: String] = [:]
    for label in labels where label.name.hasPrefix("org.opencontainers.image.") {
      predefined[label.name] = try? label.node.string()
    }
    let size = predefined.reduce(0) { $0 + $1.key.utf8.count + $1.value.utf8.count }
    return size <= Self.labelLimit ? predefined : [:]
  }

  /// A part of a platform, in lower case. It comes from a registry, and is printed and written to lists: other texts are
  /// an error.
  fileprivate func platformWord(_ name: String) throws(JSONError) -> String? {
    guard let word = try platformText(name)?.lowercased() else { return nil }
    guard word.isPlatformWord else { throw .value(path: name, problem: "is not a valid name (such as arm64)") }
    return word
  }
}
