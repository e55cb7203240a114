import ArgumentParser
import ManifestLists

/// The options of the commands that edit a list.
struct EditOptions: ParsableArguments {
  @Option(
    name: .customLong("expect"),
    help: ArgumentHelp("Publish only if the list then has exactly these platforms (repeatable)", kind: .platforms)
  )
  var expected: [String] = []

  @Flag(help: "Print the list without publishing it")
  var dryRun = false

  @Flag(name: .shortAndLong, help: "Do not show progress; print only the digest on standard output")
  var quiet = false

  @OptionGroup var registry: RegistryOptions

  /// How help divides the options of these commands, after those that only one of them has.
  static let groups = [
    OptionGroupDeclaration("List", ["expect"]),
    OptionGroupDeclaration("Output", ["dry-run", "quiet", "progress", "debug"]), .registry,
  ]

  var progressMode: ProgressMode { quiet ? .quiet : registry.progress }
}

extension EditOptions {
  /// - Throws: `PlatformError`.
  func request(_ arguments: PublishArguments) throws -> PublishRequest {
    var request = try arguments.request()
    request.isDryRun = dryRun
    request.expectedPlatforms = try expected.platforms()
    return request
  }

  /// Edits the list, and shows the result.
  ///
  /// - Parameters:
  ///   - others: Places besides the list that are read.
  func edit(
    _ request: PublishRequest,
    reading others: [Place] = [],
    _ session: Session,
    _ edit: (ListEditor) async throws -> AssembledList
  ) async throws {
    session.published.begin()
    let places = request.places + others
    let named =
      places.compactMap { $0.reference?.repository.registry } + request.patterns.map(\.tags.repository.registry)
    let editor = ListEditor(registries: session.registries(named, registry)) { [session] event in
      session.published.note(event)
      session.console.show(event)
    }
    let list = try await edit(editor)
    guard dryRun else {
      let result = PublishResult(names: request.names, list: list)
      return try ResultOptions.print(result, as: .digest, session.console)
    }
    session.console.progress("Dry run: nothing was sent. The list would be published as \(request.names[0])")
    session.console.progress("Digest: \(list.manifest.digest)")
    if quiet { return try session.console.result("\(list.manifest.digest)") }
    try session.console.result(raw: list.manifest.bytes)
  }
}
