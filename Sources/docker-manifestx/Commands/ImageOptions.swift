import ArgumentParser
import ManifestLists
import OCI

/// The options of `publish` and `add` for their images.
struct ImageOptions: ParsableArguments {
  @Option(
    name: .customLong("platform"),
    help: ArgumentHelp(
      "Set the platform of one of the images (repeatable)",
      kind: .imagePlatform
    )
  )
  var platforms: [String] = []

  @Option(
    help: ArgumentHelp(
      "Where the platform comes from: check (tag and config must agree), tag (configs are not read) or config (default check)",
      valueName: "SOURCE"
    )
  )
  var platformFrom = PublishRequest.PlatformFrom.check

  @Option(
    name: .customLong("platform-filter"),
    help: ArgumentHelp(
      "If an IMAGE is itself multi-platform, use only its images for these platforms (repeatable)",
      kind: .platforms
    )
  )
  var platformFilter: [String] = []

  @Flag(name: .customLong("no-attestations"), help: "Leave out the attestations (SBOM, provenance) of images")
  var leavesOutAttestations = false
}

extension ImageOptions {
  /// Sets all but the platforms of single images, which are arguments.
  ///
  /// - Throws: `PlatformError`.
  func apply(to request: inout PublishRequest) throws {
    request.platformFrom = platformFrom
    request.selection.platforms = try platformFilter.platforms()
    request.selection.includesAttestations = !leavesOutAttestations
  }
}

extension [String] {
  /// Each of the texts has one platform, or several with commas between them.
  ///
  /// - Throws: `PlatformError`, also for a word that is not known.
  func platforms() throws -> [Platform] {
    try flatMap { $0.split(separator: ",", omittingEmptySubsequences: false) }.map { text in
      let platform = try Platform(parsing: String(text))
      if let unknown = platform.unknownWord { throw unknown }
      return platform
    }
  }
}

extension PublishRequest.PlatformFrom: ExpressibleByArgument {}
