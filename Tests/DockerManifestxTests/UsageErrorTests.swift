import Testing

@testable import docker_manifestx

@Suite struct UsageErrorTests {
  static let combinations: [(words: String, message: String?)] = [
    ("--raw a", nil), ("--format digest a", nil), ("--platform linux/arm64 a", nil),
    ("--platform linux/arm64 --format json a", nil), ("--platform linux/arm64 --format digest a", nil),
    ("--raw --format table a", nil),
    ("--raw --format json a", "--raw and --format json cannot be used together"),
    ("--platform linux/arm64 --raw a", nil), ("--raw a b", "--raw prints one manifest: give it one NAME"),
  ]

  @Test(arguments: combinations)
  func optionsThatContradictEachOtherAreRefused(words: String, message: String?) throws {
    let words = words.split(separator: " ").map(String.init)
    guard let message else {
      _ = try CommandLineTool.parse(Inspect.self, words)
      return
    }
    #expect(throws: UsageError.other(message)) { try CommandLineTool.parse(Inspect.self, words) }
  }

  @Test func aDryRunPrintsTheListAndNothingElse() throws {
    _ = try CommandLineTool.parse(Publish.self, ["--dry-run", "--metadata-file", "x", "--format", "digest", "a", "b"])
    #expect(throws: UsageError.other("--dry-run and --format json cannot be used together")) {
      try CommandLineTool.parse(Publish.self, ["--dry-run", "--format", "json", "a", "b"])
    }
  }

  static let errors: [(error: UsageError, message: String)] = [
    (.unknownFlag("--x"), "unknown flag: --x"),
    (.noValue("--x"), "flag needs an argument: --x"),
    (.value("x", option: "-q", .boolean), "invalid value “x” for -q: must be true or false"),
    (.argument("x", .choice(["a", "b"])), "invalid argument “x” for 'docker manifestx': must be a or b"),
    (.other("--raw and --format"), "--raw and --format"),
    (.unknownCommand("x"), "unknown command: docker manifestx x"),
    (.arguments("requires 1 argument"), "'docker manifestx' requires 1 argument"),
  ]

  @Test(arguments: errors)
  func messagesAreThoseOfDocker(error: UsageError, message: String) {
    #expect(error.message(for: "docker manifestx") == message)
  }

  static let calls: [(verb: any Verb.Type, words: [String], isGood: Bool)] = [
    (Publish.self, ["a", "b"], true),
    (Publish.self, ["a"], false),
    (Inspect.self, ["a"], true),
    (Inspect.self, [], false),
    (Inspect.self, ["a", "b"], true),
    (Inspect.self, ["a", "--raw", "--format", "json"], false),
    (Inspect.self, ["a", "--wait", "86401"], false),
    (Inspect.self, ["a", "--wait=86400"], true),
    (Hooks.self, ["status"], true),
    (Hooks.self, ["x"], false),
    (CompletionScript.self, ["tcsh"], false),
    (Version.self, [], true),
    (Version.self, ["a"], false),
    (Publish.self, ["a", "--from", "f"], true),
    (Publish.self, ["--from", "f"], false),
    (Publish.self, ["a", "b", "--push"], true),
    (Publish.self, ["a", "b", "--push", "--dry-run"], false),
  ]

  @Test(arguments: calls)
  func everyVerbChecksItsWords(verb: any Verb.Type, words: [String], isGood: Bool) throws {
    if isGood {
      #expect(throws: Never.self) { _ = try CommandLineTool.parse(verb, words) }
    } else {
      #expect(throws: UsageError.self) { _ = try CommandLineTool.parse(verb, words) }
    }
  }
}
