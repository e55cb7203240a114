import ArgumentParser
import ManifestLists
import OCI

struct Annotate: Verb {
  static let name = "annotate"
  static let abstract = "Change an entry of a multi-platform image"
  static let discussion = """
    ENTRY is a platform (linux/arm/v7), the digest of an image in LIST (sha256:…), or the name of an image, as for publish.
    Without ENTRY, --annotation is for the list, as with publish --annotation.

    Examples:

      docker manifestx annotate --variant v7 harbor.example.com/test/app:v1 linux/arm
      docker manifestx annotate --annotation org.opencontainers.image.version=1.2 harbor.example.com/test/app:v1
    """
  static let arguments = [ArgumentDeclaration(.list), ArgumentDeclaration(.entry, .optional)]
  static let optionGroups =
    [
      OptionGroupDeclaration("Entry", ["annotation", "arch", "variant", "os", "os-version", "os-features"])
    ] + EditOptions.groups

  @Option(help: ArgumentHelp("Set the architecture", kind: .architecture)) var arch: String?
  @Option(help: ArgumentHelp("Set the operating system", valueName: "OS")) var os: String?
  @Option(help: ArgumentHelp("Set the variant of the architecture", valueName: "VARIANT")) var variant: String?
  @Option(help: ArgumentHelp("Set the version of the operating system", valueName: "OSVERSION")) var osVersion: String?
  @Option(
    help: ArgumentHelp(
      "Set the features of the operating system, separated by commas ('' for none)",
      valueName: "FEATURE,..."
    )
  )
  var osFeatures: String?
  @Option(
    name: .customLong("annotation"),
    help: ArgumentHelp(
      "Add an annotation to the entry, or without ENTRY to the list (repeatable)",
      valueName: "KEY=VALUE"
    )
  )
  var annotations: [String] = []
  @OptionGroup var edit: EditOptions
  @OptionGroup var common: CommonOptions
  @Argument(help: ArgumentHelp(visibility: .hidden)) var words: [String] = []

  var progressMode: ProgressMode { edit.progressMode }

  func checkUsage() throws {
    let platform = [("--arch", arch), ("--os", os), ("--variant", variant), ("--os-version", osVersion)]
    let used = (platform + [("--os-features", osFeatures)]).filter { $0.1 != nil }.map(\.0)
    if used.isEmpty, annotations.isEmpty {
      throw UsageError.other("annotate needs something to change: --arch, --os, --variant or --annotation, for example")
    }
    if words.count == 1, let option = used.first {
      throw UsageError.other("\(option) needs ENTRY: the platform, digest or name of an image in the list")
    }
    if let option = platform.first(where: { $0.1 == "" }) {
      throw UsageError.other("the value of \(option.0) is empty")
    }
    let parsed = try annotations.flatMap { try AnnotationArgument(parsing: $0).annotations }
    try AnnotationArgument.checkValues(of: parsed)
    // With a type, it could be for something else.
    if words.count > 1, let other = annotations.first(where: { $0.prefix { $0 != "=" }.contains(":") }) {
      throw UsageError.other("the annotation \(other) is for ENTRY: write it as KEY=VALUE, without a type")
    }
  }

  func run(_ session: Session) async throws {
    var request = try edit.request(PublishArguments(list: words[0], images: []))
    let parsed = try annotations.flatMap { try AnnotationArgument(parsing: $0).annotations }
    var change = EntryChange()
    (change.os, change.architecture, change.variant, change.osVersion) = (os, arch, variant, osVersion)
    change.osFeatures = osFeatures.map { $0.split(separator: ",").map(String.init) }
    var name: EntryName?
    if words.count > 1 {
      let entry = try EntryName(parsing: words[1], in: request.names[0])
      if case .platform(let platform) = entry { try change.check(for: platform) } else { try change.check(for: nil) }
      name = entry
      for annotation in parsed { change.annotations[annotation.key] = annotation.value }
    } else {
      request.additions.annotations = parsed
    }
    try await edit.edit(request, reading: name?.place.map { [$0] } ?? [], session) { [change, name, request] editor in
      try await editor.annotate(name, change, in: request)
    }
  }
}
