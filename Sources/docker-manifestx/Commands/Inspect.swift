import ArgumentParser
import ManifestLists
import OCI

struct Inspect: Verb {
  static let name = "inspect"
  static let abstract = "Show the images behind a name"
  static let discussion = """
    NAME is HOST/REPOSITORY:TAG, or HOST/REPOSITORY@DIGEST. The credentials and settings are those of publish. It can also be an
    image layout: oci:DIRECTORY:TAG or oci-archive:FILE:TAG.

    Examples:

      docker manifestx inspect harbor.example.com/test/app:v1
      docker manifestx inspect --check --expect linux/amd64,linux/arm64 harbor.example.com/test/app:v1
      docker manifestx inspect --format digest --platform linux/arm64 harbor.example.com/test/app:v1
      docker manifestx inspect --wait 300 --format json harbor.example.com/test/app:v1 harbor.example.com/test/app:v2
    """
  static let arguments = [ArgumentDeclaration(.name, .oneOrMore)]

  @Option(
    help: ArgumentHelp(
      "Format of the output: table (the default), json, digest or platforms (one per line)",
      valueName: "FORMAT"
    )
  )
  var format = InspectionFormat.table

  @Option(help: ArgumentHelp("Show only the image for this platform", kind: .platform))
  var platform: String?

  @Option(help: ArgumentHelp("Seconds to wait until NAME exists (default 0)", kind: .seconds))
  var wait = WaitTime(seconds: 0)

  @Flag(help: "Print the manifest byte for byte (on a terminal, control characters are escaped)")
  var raw = false

  @Flag(help: "Read the list alone, with one request")
  var shallow = false

  @Flag(help: "Show the manifests that refer to each image, such as signatures")
  var referrers = false

  @Flag(help: "Do not truncate output")
  var noTrunc = false

  @OptionGroup var check: CheckOptions
  @OptionGroup var registry: RegistryOptions
  @OptionGroup var common: CommonOptions
  @Argument(help: ArgumentHelp(visibility: .hidden)) var words: [String] = []

  var progressMode: ProgressMode { registry.progress }

  func checkUsage() throws {
    try check.checkUsage([
      (raw, "--raw"), (platform != nil, "--platform"), (format == .digest, "--format digest"),
      (format == .platforms, "--format platforms"), (shallow, "--shallow"), (referrers, "--referrers"),
    ])
    if raw, format != .table { throw UsageError.other("--raw and --format \(format.rawValue) cannot be used together") }
    if shallow, referrers { throw UsageError.other("--shallow and --referrers cannot be used together") }
    if referrers, raw || format == .digest || format == .platforms {
      throw UsageError.other("--referrers is for --format table and --format json")
    }
    // The end of one manifest would not be seen.
    if raw, words.count > 1 { throw UsageError.other("--raw prints one manifest: give it one NAME") }
  }

  func run(_ session: Session) async throws {
    let places = try words.map { try Place(parsing: $0) }
    let registries = session.registries(places.compactMap(\.store.repository?.registry), registry)
    let inspector = Inspector(registries: registries, timeout: .seconds(wait.seconds)) { event in
      session.console.show(event)
    }
    if check.checks { return try await check.run(places, ListCheck(inspector), format, session.console) }
    let results = await inspector.inspect(places, try request)
    let style = TextStyle(session.console.terminal, session.environment)
    var printer = InspectionPrinter(raw ? nil : format, InspectionStyle(style, isWhole: noTrunc), session.console)
    for case .success(let inspections) in results {
      for inspection in inspections { try printer.show(inspection) }
    }
    let errors = results.compactMap { if case .failure(let error) = $0 { error } else { nil } }
    if let error = errors.first { throw errors.count == 1 ? error : ErrorsOfNames(errors: errors) }
  }

  private var request: InspectRequest {
    get throws {
      let wanted = try platform.map { text throws(PlatformError) in try Platform(parsingWithVersion: text) }
      let depth: InspectRequest.Depth =
        switch format {
        case _ where raw: .manifest
        case .digest: .manifest
        case .platforms: .platforms
        case .table, .json: shallow ? .list : .configs
        }
      var request = InspectRequest(depth, platform: wanted)
      request.keepsManifest = raw
      request.readsReferrers = referrers
      return request
    }
  }
}

extension InspectionFormat: ExpressibleByArgument {}
