import Testing

@testable import docker_manifestx

@Suite struct CommandGrammarTests {
  static let kinds: [(command: String, kinds: [ArgumentKind?])] = [
    ("publish", [.list, .image, .image]), ("inspect", [.name, .name]), ("version", [nil]),
    ("hooks", [.choice(["enable", "disable", "status"]), nil]), ("help", [.command, nil]),
    ("image_push.sh", [.choice(["manifest"]), .list, .image, .image]), ("mx_publish", [.list, .image, .image]),
    ("mx_digest", [.name, nil]), ("mx_has_platform", [.name, .platform, nil]),
    ("mx_wait", [.name, .other("TIMEOUT"), nil]), ("mx_matrix", [.list, .architecture, .architecture]),
  ]

  @Test(arguments: kinds)
  func everyPlaceHasAKind(command: String, kinds: [ArgumentKind?]) throws {
    let grammar = try #require(CommandGrammar(command: command, verbs: Verbs.all))
    #expect(kinds.indices.map { grammar.arguments.kind(at: $0) } == kinds)
  }

  @Test func hiddenAndUnknownCommandsHaveNone() {
    for name in Verbs.all.filter({ $0.isHidden }).map({ $0.name }) + ["no-such-command"] {
      #expect(CommandGrammar(command: name, verbs: Verbs.all) == nil)
    }
  }

  /// The options that a helper sets itself, and those that have no meaning there.
  static let helpers: [(command: String, has: [String], hasNot: [String])] = [
    ("image_push.sh", ["insecure", "no-push"], ["tag"]), ("mx_publish", ["platform", "tag"], []),
    ("mx_matrix", ["tag", "insecure"], ["platform"]),
    ("mx_digest", ["insecure", "timeout"], ["format", "platform", "raw", "wait", "check", "compat", "referrers"]),
  ]

  @Test(arguments: helpers)
  func helpersHaveTheOptionsOfTheirCommand(command: String, has: [String], hasNot: [String]) throws {
    let options = try #require(CommandGrammar(command: command, verbs: Verbs.all)).options().map(\.long)
    #expect(has.allSatisfy(options.contains))
    #expect(!hasNot.contains(where: options.contains))
  }

  static let lines: [(words: String, positionals: [String], pending: String?, options: Set<String>)] = [
    ("a b", ["a", "b"], nil, []), ("a --tag", ["a"], "tag", ["tag"]), ("a --tag v1 b", ["a", "b"], nil, ["tag"]),
    ("--tag=v1 a", ["a"], nil, ["tag"]), ("-qt", [], "tag", ["quiet", "tag"]),
    ("-qtv1 a", ["a"], nil, ["quiet", "tag"]),
    ("--insecure a", ["a"], nil, ["insecure"]), ("-- --tag", ["--tag"], nil, []), ("--no-such a", ["a"], nil, []),
  ]

  @Test(arguments: lines)
  func wordsAreSorted(words: String, positionals: [String], pending: String?, options: Set<String>) throws {
    let grammar = try #require(CommandGrammar(command: "publish", verbs: Verbs.all))
    let line = CommandLineSoFar(words.split(separator: " ").map(String.init), grammar)
    #expect(line.positionals == positionals)
    #expect(line.pending?.long == pending)
    #expect(line.longOptions == options)
  }
}
