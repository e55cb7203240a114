import ArgumentParser

/// Fails where `publish` would refuse the same words without asking a registry. For `helpers/image_push.sh`, which pushes
/// the images before it publishes them.
struct CheckSources: Verb {
  static let name = "__check"
  static let abstract = ""
  static let arguments = [ArgumentDeclaration(.list), ArgumentDeclaration(.image, .oneOrMore)]
  static let isHidden = true

  @OptionGroup var common: CommonOptions
  @Argument(help: ArgumentHelp(visibility: .hidden)) var words: [String] = []

  func run(_ session: Session) async throws {
    _ = try PublishArguments(list: words[0], images: Array(words[1...])).request()
  }
}
