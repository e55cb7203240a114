import ArgumentParser
import ManifestLists

struct Add: Verb {
  static let name = "add"
  static let abstract = "Add images to a multi-platform image, or replace some"
  static let discussion = """
    LIST and IMAGE are named as for publish. An IMAGE takes the place of the image for the same platform; otherwise it
    is added at the end. If LIST does not exist, it is created.

    The list is changed in the registry, and no copy is kept on this machine. If somebody else changes it at the same
    time, the command starts over. For jobs that run in parallel, use publish --join.

    Examples:

      docker manifestx add harbor.example.com/test/app:v1 v1-riscv64
      docker manifestx add --dry-run --platform build-7=linux/s390x harbor.example.com/test/app:v1 build-7
    """
  static let arguments = [ArgumentDeclaration(.list), ArgumentDeclaration(.image, .oneOrMore)]
  static let optionGroups =
    [
      OptionGroupDeclaration("Image", ["platform", "platform-from", "platform-filter", "no-attestations"])
    ] + EditOptions.groups

  @OptionGroup var images: ImageOptions
  @OptionGroup var edit: EditOptions
  @OptionGroup var common: CommonOptions
  @Argument(help: ArgumentHelp(visibility: .hidden)) var words: [String] = []

  var progressMode: ProgressMode { edit.progressMode }

  func run(_ session: Session) async throws {
    let arguments = PublishArguments(list: words[0], images: Array(words[1...]), platforms: images.platforms)
    var request = try edit.request(arguments)
    try images.apply(to: &request)
    try await edit.edit(request, session) { try await $0.add(request) }
  }
}
