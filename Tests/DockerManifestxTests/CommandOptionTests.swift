import ArgumentParser
import Testing

@testable import docker_manifestx

/// `_dumpHelp` is not a public promise of ArgumentParser: these tests fail if what is read from it changes.
@Suite struct CommandOptionTests {
  struct Sample: ParsableArguments {
    enum Color: String, CaseIterable, ExpressibleByArgument {
      case red, green
    }

    @Flag(name: .shortAndLong, help: "Says less") var quiet = false
    @Option(name: [.customShort("t"), .customLong("tag")], help: ArgumentHelp("Any tag", kind: .tag))
    var tags: [String] = []
    @Option(help: ArgumentHelp("A color", valueName: "COLOR")) var mainColor = Color.red
    @Option(help: ArgumentHelp("Anything", valueName: "ANYTHING")) var free: String?
    @Option(help: ArgumentHelp("Not shown", visibility: .hidden)) var secret: String?
    @Argument(help: ArgumentHelp(visibility: .hidden)) var words: [String] = []
  }

  @Test func readsNamesValuesChoicesVisibilityAndAbstracts() {
    #expect(
      CommandOption.all(of: Sample.self) == [
        CommandOption(long: "free", value: .init(.other("ANYTHING")), abstract: "Anything"),
        CommandOption(
          long: "main-color",
          value: .init(.choice(["red", "green"]), placeholder: "COLOR"),
          abstract: "A color"
        ),
        CommandOption(short: "q", long: "quiet", abstract: "Says less"),
        CommandOption(short: "t", long: "tag", value: .init(.tag), abstract: "Any tag"),
      ]
    )
  }

  static let kinds: [(verb: any VerbDeclaration.Type, option: String, kind: ArgumentKind)] = [
    (Publish.self, "platform", .imagePlatform), (Publish.self, "tag", .tag),
    (Publish.self, "timeout", .duration), (Publish.self, "retry-max-wait", .duration),
    (Publish.self, "platform-from", .choice(["check", "tag", "config"])),
    (Publish.self, "media-type", .choice(["auto", "oci", "docker"])),
    (Publish.self, "metadata-file", .file), (Publish.self, "format", .choice(["digest", "json"])),
    (Inspect.self, "platform", .platform), (Inspect.self, "wait", .seconds),
    (Inspect.self, "format", .format(["table", "json", "digest", "pinned", "platforms"])),
  ]

  @Test(arguments: kinds)
  func valuesOfOptionsHaveKinds(verb: any VerbDeclaration.Type, option: String, kind: ArgumentKind) {
    #expect(verb.options.first { $0.long == option }?.value?.kind == kind)
  }
}
