import ArgumentParser
import JSON
import ManifestLists
import OCI

struct Inspect: Verb {
  static let name = "inspect"
  static let abstract = "Show the images behind a name"
  static let discussion = """
    NAME is HOST/REPOSITORY:TAG, or HOST/REPOSITORY@DIGEST. The credentials and settings are those of publish.

    Examples:

      docker manifestx inspect harbor.example.com/test/app:v1
      docker manifestx inspect --wait 300 --format digest harbor.example.com/test/app:v1
    """
  static let arguments = [ArgumentDeclaration(.name)]

  @Option(
    help: ArgumentHelp(
      "Format of the output: table (the default), json, digest (of NAME; with --platform, of each image for it, one per line) or platforms (one per line)",
      valueName: "FORMAT"
    )
  )
  var format = Format.table

  @Option(help: ArgumentHelp("Show only the images for this platform", kind: .platform))
  var platform: String?

  @Option(help: ArgumentHelp("Seconds to wait until NAME exists (default 0)", kind: .seconds))
  var wait = WaitTime(seconds: 0)

  @Flag(help: "Print the manifest byte for byte (on a terminal, control characters are escaped)")
  var raw = false

  @OptionGroup var registry: RegistryOptions
  @OptionGroup var common: CommonOptions
  @Argument(help: ArgumentHelp(visibility: .hidden)) var words: [String] = []

  enum Format: String, CaseIterable, ExpressibleByArgument {
    case table, json, digest, platforms
  }

  /// False where the output does not show the images behind NAME.
  private var readsEntries: Bool { !raw && (format != .digest || platform != nil) }

  var progressMode: ProgressMode { registry.progress }

  func checkUsage() throws {
    if raw, format != .table { throw UsageError.other("--raw and --format \(format.rawValue) cannot be used together") }
    if platform != nil, raw { throw UsageError.other("--platform and --raw cannot be used together") }
  }

  func run(_ session: Session) async throws {
    let reference = try Reference(parsing: words[0])
    let wanted = try platform.map { text throws(PlatformError) in try Platform(parsing: text) }
    let registries = session.registries([reference.repository.registry], registry)
    let inspector = Inspector(registries: registries, timeout: .seconds(wait.seconds)) { event in
      session.console.show(event)
    }
    let whole = try await inspector.inspect(reference, readsEntries: readsEntries)
    let inspection = try whole.only(wanted)
    // Scripts read the other formats, where nothing is an answer, too.
    if let wanted, inspection.entries.isEmpty, format == .table || format == .digest { throw whole.lacks(wanted) }
    if raw { return try session.console.result(raw: inspection.manifest.bytes) }
    switch format {
    case .json: try session.console.result(inspection.json.encoded(indent: 2) + [UInt8(ascii: "\n")])
    case .table: try session.console.result(inspection.table)
    case .digest:
      let digests = wanted == nil ? [inspection.manifest.digest] : inspection.entries.map(\.digest)
      try session.console.result(digests.map(\.description).joined(separator: "\n"))
    case .platforms:
      for platform in inspection.entries.compactMap(\.runnablePlatform) {
        try session.console.result(PrintableText.line("\(platform)"))
      }
    }
  }
}

extension Inspection {
  fileprivate var json: JSONValue {
    .object([
      "name": .string("\(reference)"),
      "digest": .string("\(manifest.digest)"),
      "mediaType": .string("\(manifest.mediaType)"),
      "entries": .array(
        entries.map { entry in
          .object([
            "platform": entry.runnablePlatform.map { .string("\($0)") },
            "os.version": entry.runnablePlatform?.osVersion.map(JSONValue.string),
            "digest": .string("\(entry.digest)"),
            "size": .integer(entry.size),
            "mediaType": .string("\(entry.mediaType)"),
          ])
        }
      ),
    ])
  }

  fileprivate var table: String {
    let rows = entries.map {
      ["\($0.runnablePlatform.map { "\($0)" } ?? "-")", "\($0.digest)", "\($0.size)", "\($0.mediaType)"]
    }
    return """
      Name:       \(reference)
      Digest:     \(manifest.digest)
      MediaType:  \(manifest.mediaType)

      \(Table(rows: [["PLATFORM", "DIGEST", "SIZE", "MEDIA TYPE"]] + rows).text)
      """
  }
}
