import Testing

@testable import docker_manifestx

@Suite struct HelpTests {
  static let shown = Verbs.all.filter { !$0.isHidden }

  @Test func overviewNamesEveryVerbThatIsNotHidden() throws {
    let text = try Help.overview(of: Verbs.all, PluginInvocation(["manifestx"]))
    let lines = text.split(separator: "\n").map(String.init)
    #expect(lines.first == "Usage:  docker manifestx COMMAND")
    #expect(lines.last == "Run 'docker manifestx COMMAND --help' for more information on a command.")
    for verb in Self.shown {
      #expect(lines.contains { $0.hasPrefix("  \(verb.name) ") && $0.hasSuffix(verb.abstract) })
    }
    let names = Self.shown.map { $0.name }.sorted()
    #expect(lines.compactMap { line in names.first { line.hasPrefix("  \($0) ") } } == names)
    #expect(!text.contains("__"))
  }

  @Test func everyVerbHasAUsageLineAndItsOptions() {
    for verb in Self.shown {
      let text = Help.text(of: verb, program: "docker manifestx")
      let usage = "Usage:  docker manifestx \(verb.name) \(verb.usage)"
      #expect(text.hasPrefix(verb.usage.isEmpty ? "Usage:  docker manifestx \(verb.name)\n" : "\(usage)\n"))
      #expect(text.contains("\n  -D, --debug "))
      #expect(!text.split(separator: "\n").contains { $0.hasSuffix(" ") })
    }
  }

  static let usages: [(verb: any VerbDeclaration.Type, usage: String)] = [
    (Publish.self, "[OPTIONS] LIST IMAGE [IMAGE...]"),
    (Inspect.self, "[OPTIONS] NAME [NAME...]"),
    (CompletionScript.self, "bash|zsh|fish"),
    (Hooks.self, "enable|disable|status"),
    (Version.self, "[OPTIONS]"),
  ]

  @Test(arguments: usages)
  func usageIsRenderedFromTheDeclarations(verb: any VerbDeclaration.Type, usage: String) {
    #expect(verb.usage == usage)
    let text = Help.usage(of: verb, verb.options, "p")
    let forms = ([usage] + verb.furtherUsages).map { $0.isEmpty ? "p \(verb.name)" : "p \(verb.name) \($0)" }
    #expect(text == forms.joined(separator: "\n        "))
  }

  /// Each is a command that is accepted.
  @Test(arguments: shown.map { $0.name }) func everyVerbHasExamples(_ name: String) throws {
    let verb = try #require(Self.shown.first { $0.name == name } as? any Verb.Type)
    let lines = verb.discussion.split(separator: "\n").map(String.init)
    #expect(lines.contains("Examples:"))
    let examples = lines.filter {
      $0.hasPrefix("  ") && $0.contains("docker manifestx \(name) ") || $0 == "  docker manifestx \(name)"
    }
    #expect((2...5).contains(examples.count))
    for example in examples where !example.contains(":  ") {
      let words = example.split(separator: "'", omittingEmptySubsequences: false).enumerated().flatMap { index, part in
        index.isMultiple(of: 2) ? part.split(separator: " ").map(String.init) : [String(part)]
      }
      #expect(throws: Never.self) { try CommandLineTool.parse(verb, Array(words.dropFirst(3))) }
    }
  }

  @Test func optionsAreSortedAndExplained() {
    let options = Publish.options
    #expect(options.map(\.long) == options.map(\.long).sorted())
    #expect(options.allSatisfy { !$0.abstract.isEmpty })
    let names = options.map(\.names)
    #expect(names.contains("-t, --tag TAG"))
    #expect(names.contains("    --platform IMAGE=OS/ARCH[/VARIANT][:OSVERSION]"))
    #expect(names.contains("    --dry-run"))
    #expect(names.contains("-q, --quiet"))
  }

  @Test func formsOfTimesAreExplainedWhereOptionsHaveThem() {
    let duration = "DURATION is a number with a unit, such as 30s or 2m, longer than 0 and at most a year."
    let seconds = "SECONDS is a whole number of seconds from 0 to 86400 (a day), such as 30."
    #expect(Help.text(of: Inspect.self, program: "x").contains("\n\n\(duration)\n\(seconds)\n\nReading options:\n"))
    #expect(Help.text(of: Publish.self, program: "x").contains("\n\n\(duration)\n\nImage options:\n"))
    #expect(!Help.text(of: Version.self, program: "x").contains("DURATION"))
    let page = Manual.page(of: Verbs.all)
    #expect(page.contains("\n.PP\n\(duration)\n\(seconds)\n.TP\n"))
    #expect(page.contains("\n.PP\n\(duration)\n.TP\n"))
  }

  @Test func manualShowsEveryVerbThatIsNotHidden() {
    let page = Manual.page(of: Verbs.all)
    for verb in Verbs.all {
      let name = verb.name.replacing("-", with: "\\-")
      #expect(page.contains("\n.SS \(name)\n") == !verb.isHidden)
    }
    #expect(page.contains("\n\\fB128+N\\fR\n"), "the exit status of a command that was interrupted")
  }

  /// An option that is in none is shown at the end, under “Options”.
  @Test func everyOptionIsInOneGroup() {
    for verb in Verbs.all where !verb.optionGroups.isEmpty {
      #expect(verb.optionGroups.flatMap(\.names).sorted() == verb.options.map(\.long).sorted())
    }
    let titles = Help.text(of: Publish.self, program: "x").split(separator: "\n").filter { $0.hasSuffix(" options:") }
    #expect(titles == ["Image options:", "List options:", "Join options:", "Output options:", "Registry options:"])
  }
}
