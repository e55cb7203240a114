/// What does the same here as a command or an option of another tool for this job. People type those from memory.
///
/// https://docs.docker.com/reference/cli/docker/manifest/,
/// https://docs.docker.com/reference/cli/docker/buildx/imagetools/create/,
/// https://docs.podman.io/en/latest/markdown/podman-manifest.1.html, https://github.com/estesp/manifest-tool
enum OtherTools {
  /// Nil for a word that is not the name of such a command.
  ///
  /// - Parameter program: As in usage lines.
  static func advice(onCommand word: String, program: String) -> String? {
    let publish = "\(program) publish LIST IMAGE [IMAGE...]"
    return switch word {
    // docker has three commands for this, and one more that changes an entry, which is annotate here as well.
    case "create", "push": "publish does create, annotate and push in one: \(publish)"
    case "merge", "from-args", "imagetools", "index": "publish creates the list and pushes it: \(publish)"
    case "copy", "cp", "sync": "publish copies images from other repositories: \(publish)"
    case "from-spec": "publish --file publishes the lists in a file: \(program) publish --file FILE"
    case "append": "add adds images to a list: \(program) add LIST IMAGE [IMAGE...]"
    case "rm", "delete":
      "remove takes images out of a list: \(program) remove LIST ENTRY [ENTRY...]. To delete a name from a registry, use the registry's own tools"
    case "ls", "list", "show", "exists": "inspect shows what is in a list: \(program) inspect NAME"
    case "manifest", "get", "cat": "inspect --raw prints a manifest as it is: \(program) inspect --raw NAME"
    case "check", "verify", "validate": "inspect can check a list: \(program) inspect --check NAME"
    case "wait": "inspect can wait for a name: \(program) inspect --wait SECONDS NAME"
    case "digest": "inspect prints the digest of a name: \(program) inspect --format digest NAME"
    case "tag": "publish can give a list several tags: \(program) publish --tag TAG LIST IMAGE [IMAGE...]"
    case "login", "logout": "The credentials are those of docker: docker \(word) HOST"
    // A name in the place of a command.
    case _ where word.contains { "/:".contains($0) }: "A command comes first: \(publish)"
    default: nil
    }
  }

  /// Nil for an option that none of them has.
  ///
  /// - Parameter name: With its dashes, and without a value.
  static func advice(onOption name: String, of verb: any VerbDeclaration.Type) -> String? {
    let options: [Option] =
      switch verb.name {
      case Publish.name: publishOptions + imageOptions + registryOptions
      case Inspect.name: formatOptions + registryOptions
      case Version.name, Doctor.name: formatOptions
      case Add.name: editOptions + imageOptions + registryOptions
      case Remove.name, Annotate.name: editOptions + registryOptions
      default: []
      }
    return options.first { $0.names.split(separator: " ").contains { $0 == name } }?.advice
  }

  /// Several names of one option are separated by spaces.
  private typealias Option = (names: String, advice: String)

  private static let publishOptions: [Option] = [
    ("--amend -a --append", "To add images to a list: docker manifestx add LIST IMAGE [IMAGE...]"),
    ("--purge -p --rm", "Leave it out: no copy of the list is kept on this machine"),
    ("--all", "Leave it out, or use --push to push the images from this machine"),
    ("-f --spec", "Use --file FILE to publish the lists in a file"),
    ("--os --arch --variant --os-version --platforms", "Use --platform IMAGE=OS/ARCH[/VARIANT][:OSVERSION]"),
    ("--type", "Use --media-type"),
    ("--verbose -v", "Use --debug"),
  ]

  private static let imageOptions: [Option] = [
    ("--filter", "Use --platform-filter OS/ARCH,..."),
    ("--sbom --provenance --attest", "Leave it out; to publish images without their attestations: --no-attestations"),
  ]

  private static let editOptions: [Option] = [
    ("--amend -a --append", "Leave it out: the command changes the list that is in the registry"),
    ("--purge -p --rm", "Leave it out: no copy of the list is kept on this machine"),
    ("--push --all", "Leave it out: the list is changed in the registry, not on this machine"),
    ("-t --tag", "Use publish to give a list another name"),
    ("--verbose -v", "Use --debug"),
  ]

  private static let formatOptions: [Option] = [("--json --output -o", "Use --format json")]

  private static let registryOptions: [Option] = [
    ("--tls-verify --insecure-registry --allow-insecure --skip-tls-verify -k", "Use --insecure"),
    ("--username -u --password --creds --authfile", "Log in with docker login"),
  ]
}
