import ArgumentParser
import JSON
import ManifestLists
import OCI
import Templates

struct Inspect: Verb {
  static let name = "inspect"
  static let abstract = "Show the images behind a name"
  static let discussion = """
    NAME is HOST/REPOSITORY:TAG, or HOST/REPOSITORY@DIGEST. The credentials and settings are those of publish. It can also be an
    image layout: oci:DIRECTORY:TAG or oci-archive:FILE:TAG.

    Examples:

      docker manifestx inspect harbor.example.com/test/app:v1
      docker manifestx inspect --check --expect linux/amd64,linux/arm64 harbor.example.com/test/app:v1
      docker manifestx inspect --format '{{.Manifest.Digest}}' harbor.example.com/test/app:v1
    """
  static let arguments = [ArgumentDeclaration(.name, .oneOrMore)]
  static let optionGroups = [
    OptionGroupDeclaration("Reading", ["platform", "shallow", "referrers", "wait"]),
    OptionGroupDeclaration("Check", ["check", "expect"]),
    OptionGroupDeclaration("Output", ["format", "no-trunc", "raw", "compat", "verbose", "progress", "debug"]),
    .registry,
  ]

  @Option(
    name: [.customShort("f"), .customLong("format")],
    help: ArgumentHelp(
      "Format of the output: table (the default), json, digest, pinned (NAME@DIGEST), platforms (one per line), or a template such as '{{json .Manifest}}'",
      valueName: OutputFormat<InspectionFormat>.placeholder
    )
  )
  var output = OutputFormat.word(InspectionFormat.table)
  /// Of a template, it has no meaning.
  private var format: InspectionFormat { if case .word(let word) = output { word } else { .table } }

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

  @OptionGroup var compat: CompatOptions
  @OptionGroup var check: CheckOptions
  @OptionGroup var registry: RegistryOptions
  @OptionGroup var common: CommonOptions
  @Argument(help: ArgumentHelp(visibility: .hidden)) var words: [String] = []

  var progressMode: ProgressMode { registry.progress }

  func checkUsage() throws {
    let template = try output.template()
    try check.checkUsage([
      (raw, "--raw"), (platform != nil, "--platform"),
      (![.table, .json].contains(format), "--format \(format.rawValue)"),
      (template != nil, "--format with a template"),
      (shallow, "--shallow"), (referrers, "--referrers"),
    ])
    try compat.checkUsage(
      [
        (raw, "--raw"), (check.checks, "--check"), (format != .table || template != nil, "--format"),
        (shallow, "--shallow"), (referrers, "--referrers"),
      ],
      words
    )
    let excluded = [(raw, "--raw"), (shallow, "--shallow"), (referrers, "--referrers")]
    if template != nil, let other = excluded.first(where: \.0) {
      throw UsageError.other("\(other.1) and --format with a template cannot be used together")
    }
    if raw, format != .table { throw UsageError.other("--raw and --format \(format.rawValue) cannot be used together") }
    if shallow, referrers { throw UsageError.other("--shallow and --referrers cannot be used together") }
    if referrers, raw || ![.table, .json].contains(format) {
      throw UsageError.other("--referrers is for --format table and --format json")
    }
    // The end of one manifest would not be seen.
    if raw, words.count > 1 { throw UsageError.other("--raw prints one manifest: give it one NAME") }
  }

  func run(_ session: Session) async throws {
    let places = try words.map { try Place(parsing: $0) }
    if referrers, let layout = places.first(where: { $0.layout != nil }) {
      throw UsageError.other("--referrers is for registries, and \(layout) is in an image layout")
    }
    let registries = session.registries(places.compactMap(\.store.repository?.registry), registry)
    // A check is about what the name means now.
    let inspector = Inspector(
      registries: registries,
      readsMirrors: !check.checks,
      timeout: .seconds(wait.seconds)
    ) { event in session.console.show(event) }
    if check.checks { return try await check.run(places, ListCheck(inspector), format, session.console) }
    if compat.isUsed { return try await compat.run(places[0], try wanted, inspector, session.console) }
    let template = try output.template()
    let results = await inspector.inspect(places, try request(template))
    let style = session.console.style(session.environment)
    var printer = InspectionPrinter(raw ? nil : format, InspectionStyle(style, isWhole: noTrunc), session.console)
    for case .success(let inspections) in results {
      for inspection in inspections {
        guard let template else {
          try printer.show(inspection)
          continue
        }
        let document: JSONValue
        do { document = try TemplateDocument.value(of: inspection) } catch {
          throw InspectError.badManifest(inspection.place, .json(error))
        }
        try session.console.result(template, over: document, optionalFields: TemplateDocument.optionalFields)
      }
    }
    let errors = results.compactMap { if case .failure(let error) = $0 { error } else { nil } }
    try ErrorsOfNames.check(errors)
  }

  private var wanted: Platform? {
    get throws { try platform.map { text throws(PlatformError) in try Platform(parsingWithVersion: text) } }
  }

  private func request(_ template: Template?) throws -> InspectRequest {
    let readsImages = template?.mayRead("image") ?? true
    let depth: InspectRequest.Depth =
      switch format {
      case _ where raw: .manifest
      case _ where !readsImages: .manifest
      case .digest, .pinned: .manifest
      case .platforms: .platforms
      case .table, .json: shallow ? .list : .configs
      }
    var request = InspectRequest(depth, platform: try wanted)
    request.keepsManifest = raw || template != nil
    request.isAboutOneImage = [.digest, .pinned].contains(format)
    request.readsReferrers = referrers
    request.keepsContent = template != nil && readsImages
    return request
  }
}

extension InspectionFormat: ExpressibleByArgument {}
