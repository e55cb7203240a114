import ArgumentParser
import ManifestLists
import OCI

struct Publish: Verb {
  static let name = "publish"
  static let abstract = "Give one name to images of several architectures"
  static let discussion = """
    LIST is the name that the images get together: HOST/REPOSITORY:TAG. Each IMAGE is a tag of the same repository
    (v1-arm64), or :TAG, @DIGEST, or a whole reference.

    The platform of an image is read from its tag (v1-arm64, 1.2-x86_64, windows-amd64-ltsc2022) and checked against the
    image itself. Nothing is put in the registry before every image has been found and checked.

    Credentials are those of docker login. Registries that docker's daemon.json calls insecure may speak plain HTTP, as
    may those on this machine.
    """
  static let arguments = [ArgumentDeclaration(.list), ArgumentDeclaration(.image, .oneOrMore)]

  @Option(
    name: .customLong("platform"),
    help: ArgumentHelp(
      "Platform of one of the images, instead of finding it out (repeatable)",
      kind: .imagePlatform
    )
  )
  var platforms: [String] = []

  @Option(
    help: ArgumentHelp(
      "Whose word counts: check (tag and image must agree), tag (images are not read) or config",
      valueName: "SOURCE"
    )
  )
  var platformFrom = PublishRequest.PlatformFrom.check

  @Option(help: ArgumentHelp("Kind of list: auto (docker if all images are), oci or docker", valueName: "TYPE"))
  var mediaType = PublishRequest.ListForm.automatic

  @Option(
    name: [.customShort("t"), .customLong("tag")],
    help: ArgumentHelp("One more tag for the list (repeatable)", kind: .tag)
  )
  var tags: [String] = []

  @Flag(help: "Print the list that would be published, and send nothing")
  var dryRun = false

  @Flag(name: .shortAndLong, help: "Print the digest only")
  var quiet = false

  @OptionGroup var registry: RegistryOptions
  @OptionGroup var common: CommonOptions
  @Argument(help: ArgumentHelp(visibility: .hidden)) var words: [String] = []

  func run(_ session: Session) async throws {
    var session = session
    session.console.isQuiet = quiet
    let console = session.console
    var request = try PublishRequest(list: words[0], images: Array(words[1...]), tags: tags, platforms: platforms)
    request.platformFrom = platformFrom
    request.form = mediaType
    request.isDryRun = dryRun
    let named = [request.repository.registry] + request.sources.map(\.reference.repository.registry)
    let result = try await Publisher(registries: session.registries(named, registry)).publish(request) { result in
      console.progress(entries(result))
    }
    if dryRun { return try console.result(result.list.bytes + [UInt8(ascii: "\n")]) }
    for tag in request.tags { console.progress("Published \(request.name(tag))") }
    try console.result("\(result.list.digest)")
  }

  private func entries(_ result: Publisher.Result) -> String {
    Table(
      rows: result.entries.map { entry in
        let reference = entry.source.reference
        return [
          "\(entry.descriptor.platform.map { "\($0)" } ?? "")",
          "\(entry.descriptor.digest.short)",
          reference.tag.map { "\($0)" } ?? "@\(reference.digest?.short ?? "")",
          "(\(entry.origin))",
        ]
      }
    ).text
  }
}

extension PublishRequest.PlatformFrom: ExpressibleByArgument {}
extension PublishRequest.ListForm: ExpressibleByArgument {}
