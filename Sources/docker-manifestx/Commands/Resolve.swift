import ArgumentParser
import DockerConfig
import HTTP
import LocalSystem
import ManifestLists
import OCI
import Synchronization

struct Resolve: Verb {
  static let name = "resolve"
  static let abstract = "Show how a program gets from a name to an image, step by step"
  static let discussion = """
    NAME is HOST/REPOSITORY:TAG, HOST/REPOSITORY@DIGEST, or an image layout such as oci-layout://DIR:TAG. The platform is that
    of this machine, unless --platform is given. Nothing is downloaded but manifests.

    Examples:

      docker manifestx resolve harbor.example.com/test/app:v1
      docker manifestx resolve --quiet --platform linux/arm64 harbor.example.com/test/app:v1
      docker manifestx resolve --curl harbor.example.com/test/app:v1
    """
  static let arguments = [ArgumentDeclaration(.name)]
  static let optionGroups = [
    OptionGroupDeclaration("Choice", ["platform", "as"]),
    OptionGroupDeclaration("Output", ["quiet", "format", "curl", "trace", "progress", "debug"]), resolveRegistry,
  ]
  private static let resolveRegistry = OptionGroupDeclaration(
    OptionGroupDeclaration.registry.title,
    ["mirror"] + OptionGroupDeclaration.registry.names
  )

  @Option(help: ArgumentHelp("The platform to look for", kind: .platform))
  var platform: String?

  @Option(
    name: .customLong("as"),
    help: ArgumentHelp(
      "Choose from a list as this program does: containerd (the default), docker, podman or crane",
      valueName: "PROGRAM"
    )
  )
  var puller = ImagePuller.containerd

  @Option(help: ArgumentHelp("Ask this mirror instead of the registry, as containerd does", valueName: "HOST[:PORT]"))
  var mirror: String?

  @Option(help: ArgumentHelp("Format of the output: table (the default) or json", valueName: "FORMAT"))
  var format = Format.table

  @Flag(help: "Print curl commands for the steps, as a shell script without secrets")
  var curl = false

  @Flag(help: "Show requests and header fields on standard error, without secrets")
  var trace = false

  @Flag(name: .shortAndLong, help: "Print only NAME@DIGEST of the image")
  var quiet = false

  @OptionGroup var registry: RegistryOptions
  @OptionGroup var common: CommonOptions
  @Argument(help: ArgumentHelp(visibility: .hidden)) var words: [String] = []

  enum Format: String, CaseIterable, ExpressibleByArgument {
    case table, json
  }

  var progressMode: ProgressMode { quiet ? .quiet : registry.progress }

  func checkUsage() throws {
    let forms = [(quiet, "--quiet"), (curl, "--curl"), (format != .table, "--format \(format.rawValue)")]
    let given = forms.filter(\.0).map(\.1)
    if given.count > 1 { throw UsageError.other("\(given[0]) and \(given[1]) cannot be used together") }
    if let mirror, Registry(parsing: mirror) == nil {
      throw UsageError.other("invalid value \u{201C}\(mirror)\u{201D} for --mirror: must be HOST[:PORT]")
    }
    let isLayout = (try? Place(parsing: words[0]))?.layout != nil
    for (isGiven, option) in [(curl, "--curl"), (mirror != nil, "--mirror")] where isGiven && isLayout {
      throw UsageError.other("\(option) cannot be used with an image layout: nothing is requested")
    }
  }

  func run(_ session: Session) async throws {
    var session = session
    session.console.isTracing = trace
    let place = try Place(parsing: words[0])
    let requested = try platform.map { try Platform(parsingWithVersion: $0) }
    let mirror = mirror.flatMap { Registry(parsing: $0) }
    let named = [mirror ?? place.reference?.repository.registry].compactMap(\.self)
    let leftOut = Mutex<[UnusableCertificates]>([])
    let resolver = NameResolver(
      registries: session.registries(named, registry) { problem in leftOut.withLock { $0.append(problem) } },
      mirror: mirror,
      ResolveOptions(puller: puller, target: PullTarget(.current, requested: requested), readsImage: !quiet)
    )
    let resolved = try await resolver.resolve(place)
    if quiet { return try session.console.result(resolved.imageName) }
    if curl, let access = resolved.access?.redacting(session.console.secrets) {
      let usable = access.without(leftOut.withLock(\.self))
      let commands = CurlCommands(
        resolved,
        usable,
        systemAuthorities: session.systemAuthorities,
        proxies: ProxySettings(session.environment)
      )
      return try session.console.result("\(commands)")
    }
    switch format {
    case .json:
      let names = ["\(place)", resolved.imageName, resolved.access?.url].compactMap(\.self)
      try session.console.result(resolved.json.redacted(by: session.console.secrets, keeping: names))
    case .table:
      try session.console.result(resolved.text(session.console.style(session.environment)))
    }
  }
}

extension ImagePuller: ExpressibleByArgument {}

extension PullTarget {
  fileprivate init(_ processor: Processor, requested: Platform?) {
    self.init(
      machine: Platform(os: "linux", architecture: processor.architecture, variant: processor.variant),
      amd64Level: processor.amd64Level,
      requested: requested
    )
  }
}
