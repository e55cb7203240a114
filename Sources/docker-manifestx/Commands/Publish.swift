import ArgumentParser
import ManifestLists
import OCI

struct Publish: Verb {
  static let name = "publish"
  static let abstract = "Publish a multi-platform image from single-platform images"
  static let discussion = """
    LIST is the name of the multi-platform image: HOST/REPOSITORY:TAG. Each IMAGE is a tag of the same repository
    (v1-arm64), or :TAG, @DIGEST, or a full reference. LIST and IMAGE can also be in an OCI image layout on this machine
    (oci-layout://DIR:TAG, oci-archive:FILE:TAG).
    An IMAGE with * or ? stands for all tags that match and name an architecture; quote it ('v1-*').

    The platform of an image is read from its tag (v1-arm64, 1.2-x86_64, windows-amd64-ltsc2022) and checked against the
    image itself. Nothing is pushed until all images have been found and checked.

    The credentials of docker login are used. Plain HTTP is allowed for registries on loopback addresses (localhost),
    and for the insecure-registries of docker's daemon.json.

    Examples:

      docker manifestx publish harbor.example.com/test/app:v1 v1-arm64 v1-amd64
      docker manifestx publish --expect linux/amd64,linux/arm64 harbor.example.com/test/app:v1 'v1-*'
      docker manifestx publish --file release.yaml --set VERSION=1.2
    """
  static let arguments = [ArgumentDeclaration(.list), ArgumentDeclaration(.image, .oneOrMore)]

  static func arguments(beside options: Set<String>) -> [ArgumentDeclaration] {
    if options.contains("file") { return [] }
    return options.contains("from") ? [ArgumentDeclaration(.list)] : arguments
  }

  static let furtherUsages = ["[OPTIONS] --from FILE LIST"]
  static let optionGroups = [
    OptionGroupDeclaration("Image", ["push", "platform", "platform-from", "platform-filter", "no-attestations"]),
    OptionGroupDeclaration(
      "List",
      [
        "tag", "expect", "from", "file", "set", "media-type", "annotation", "annotations-from-labels", "keep-tags",
        "artifact-type", "subject",
      ]
    ),
    JoinOptions.declaration,
    OptionGroupDeclaration("Output", ["dry-run", "quiet", "progress", "format", "metadata-file", "debug"]),
    .registry,
  ]

  @Flag(name: .customLong("push"), help: "First push the images from this machine, with docker, podman or nerdctl")
  var pushes = false

  @OptionGroup var images: ImageOptions

  @Option(
    name: .customLong("expect"),
    help: ArgumentHelp("Publish only if the list has exactly these platforms (repeatable)", kind: .platforms)
  )
  var expected: [String] = []

  @Option(
    help: ArgumentHelp(
      "Instead of naming IMAGEs, publish exactly the list in this file (- for standard input), if its images exist",
      kind: .file
    )
  )
  var from: String?

  @Option(
    help: ArgumentHelp(
      "Format of the list: auto (docker if all images are in docker's format, else oci), oci or docker (default auto)",
      valueName: "TYPE"
    )
  )
  var mediaType = PublishRequest.ListForm.automatic

  @Option(
    name: [.customShort("t"), .customLong("tag")],
    help: ArgumentHelp("Also publish the list under this tag, or this name in any repository (repeatable)", kind: .tag)
  )
  var tags: [String] = []

  @Option(
    help: ArgumentHelp(
      "Also tag each image, so that clean-up jobs keep it: {tag} (of LIST), {os}, {arch} and {variant} are replaced",
      valueName: "TEMPLATE"
    )
  )
  var keepTags: String?

  @Flag(help: "Print the list without publishing it")
  var dryRun = false

  @Flag(name: .shortAndLong, help: "Do not show progress; print only the digest on standard output")
  var quiet = false

  @OptionGroup var specs: SpecOptions
  @OptionGroup var join: JoinOptions
  @OptionGroup var annotationOptions: AnnotationOptions
  @OptionGroup var result: ResultOptions
  @OptionGroup var registry: RegistryOptions
  @OptionGroup var common: CommonOptions
  @Argument(help: ArgumentHelp(visibility: .hidden)) var words: [String] = []

  var progressMode: ProgressMode { quiet ? .quiet : registry.progress }

  var acceptedArguments: [ArgumentDeclaration] {
    if specs.areUsed { return words.isEmpty ? [] : [ArgumentDeclaration(.list, .oneOrMore)] }
    return from != nil && words.count <= 1 ? [ArgumentDeclaration(.list)] : Self.arguments
  }

  func checkUsage() throws {
    try specs.check(optionsOfOneList)
    if from?.isEmpty == true { throw UsageError.other("--from needs the name of a file") }
    if from != nil {
      let others = [words.count > 1 ? "IMAGE" : nil] + optionsOfImages + annotationOptions.usedOptions
      if let other = others.compactMap(\.self).first {
        throw UsageError.other(
          "--from and \(other) cannot be used together: the list is published as it is in the file"
        )
      }
    }
    try join.checkUsage([(from != nil, "--from"), (pushes, "--push")], isDryRun: dryRun)
    try annotationOptions.check(mediaType)
    try result.checkUsage(isDryRun: dryRun)
    if dryRun, pushes {
      throw UsageError.other("--dry-run and --push cannot be used together: a dry run sends nothing")
    }
    if quiet, ![.auto, .quiet].contains(registry.progress) {
      throw UsageError.other("--quiet and --progress \(registry.progress.rawValue) cannot be used together")
    }
  }

  /// Those that were used, and change which images are in the list, or how they are described.
  private var optionsOfImages: [String?] {
    [
      pushes ? "--push" : nil, images.platforms.isEmpty ? nil : "--platform",
      images.platformFrom == .check ? nil : "--platform-from",
      images.platformFilter.isEmpty ? nil : "--platform-filter",
      images.leavesOutAttestations ? "--no-attestations" : nil, mediaType == .automatic ? nil : "--media-type",
    ]
  }

  /// Those that were used, and can only be about one list.
  private var optionsOfOneList: [String?] {
    [
      words.isEmpty ? nil : "LIST", from.map { _ in "--from" }, pushes ? "--push" : nil,
      images.platforms.isEmpty ? nil : "--platform",
      tags.isEmpty ? nil : "--tag", annotationOptions.subject.map { _ in "--subject" },
    ]
  }

  func run(_ session: Session) async throws {
    if specs.areUsed { return try await publishSpecs(session) }
    let console = session.console
    session.published.begin()
    var request = try request()
    try checkResultFile([request], session)
    let sources = request.sources.compactMap(\.place.reference?.repository) + request.patterns.map(\.tags.repository)
    let named = (request.targets.compactMap(\.repository) + sources).map(\.registry)
    let registries = session.registries(named, registry)
    let publisher = Publisher(registries: registries) { [session] event in
      session.published.note(event)
      session.console.show(event)
    }
    if pushes {
      try await publisher.checkWithoutRegistries(request)
      try await session.push(&request, insecure: registry.insecure ? named : [])
    }
    let list = try await request.joins ? publisher.join(request) : publisher.publish(request)
    if dryRun {
      let names = request.names.map { "\($0)" }.joined(separator: ", ")
      console.progress("Dry run: nothing was sent. The list would be published as \(names)")
      if !list.keptTags.isEmpty {
        let tags = list.keptTags.map { "\($0.name)" }.joined(separator: ", ")
        console.progress("The images would be tagged \(tags)")
      }
      console.progress("Digest: \(list.manifest.digest)")
      if quiet { return try console.result("\(list.manifest.digest)") }
      return try console.result(raw: list.manifest.bytes)
    }
    try result.show(PublishResult(names: request.names, list: list), console)
  }

  /// Checks the file of the result, once all that the command reads and writes is known.
  ///
  /// - Throws: `ResultError`.
  func checkResultFile(_ requests: [PublishRequest], _ session: Session) throws(ResultError) {
    var files = specs.files.map { (path: $0, name: "a file of --file") }
    if let from { files.append((from, "the file of --from")) }
    files.append((session.paths.configFile, "docker's config.json"))
    try result.check(besides: requests.flatMap(\.places), files)
  }

  private func request() throws -> PublishRequest {
    let arguments = PublishArguments(
      list: words[0],
      images: Array(words[1...]),
      tags: tags,
      platforms: images.platforms
    )
    var request = try arguments.request()
    request.document = try from.map { try ListFile(path: $0).list() }
    try apply(to: &request)
    if !dryRun, !request.joins { request.note(.possible) }
    return request
  }

  /// Sets what the options say about every list.
  func apply(to request: inout PublishRequest) throws {
    try images.apply(to: &request)
    request.form = request.document.map { $0.mediaType == .dockerList ? .docker : .oci } ?? mediaType
    request.expectedPlatforms = try expected.platforms()
    request.additions = try annotationOptions.additions(for: request.names[0])
    request.keptTags = try keepTags.map { try TagTemplate(parsing: $0, list: request.names[0].tag) }
    request.isDryRun = dryRun
    try join.apply(to: &request)
  }
}

extension PublishRequest.ListForm: ExpressibleByArgument {}
