import Testing

@testable import docker_manifestx

@Suite struct HelpTests {
  @Test func theOverviewNamesEveryVerb() throws {
    let lines = try Help.overview(PluginInvocation(["manifestx"])).split(separator: "\n").map(String.init)
    #expect(lines.first == "Usage:  docker manifestx COMMAND")
    #expect(lines.last == "Run 'docker manifestx COMMAND --help' for more information on a command.")
    for verb in CommandLineTool.verbs {
      #expect(lines.contains { $0.hasPrefix("  \(verb.name) ") && $0.hasSuffix(verb.abstract) })
    }
  }

  @Test func everyVerbHasItsUsageAndItsOptions() {
    for verb in CommandLineTool.verbs {
      let text = Help.text(of: verb, program: "docker manifestx")
      let usage = "Usage:  docker manifestx \(verb.name) \(verb.usage)"
      #expect(text.hasPrefix(verb.usage.isEmpty ? "Usage:  docker manifestx \(verb.name)\n" : "\(usage)\n"))
      #expect(text.contains("\n  -D, --debug "))
      #expect(!text.split(separator: "\n").contains { $0.hasSuffix(" ") })
    }
  }

  @Test func optionsStandInOrderAndAreExplained() {
    let options = Help.options(of: Publish.self)
    #expect(options.map(\.long) == options.map(\.long).sorted())
    #expect(options.allSatisfy { !$0.help.isEmpty })
    let names = options.map(\.names)
    #expect(names.contains("-t, --tag TAG"))
    #expect(names.contains("    --platform IMAGE=OS/ARCH"))
    #expect(names.contains("    --dry-run"))
    #expect(names.contains("-q, --quiet"))
  }
}
