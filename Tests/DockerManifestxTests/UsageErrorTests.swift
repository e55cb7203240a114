import Testing

@testable import docker_manifestx

@Suite struct UsageErrorTests {
  static let combinations: [(words: String, message: String?)] = [
    ("--raw a", nil), ("--format digest a", nil), ("--platform linux/arm64 a", nil),
    ("--platform linux/arm64 --format json a", nil), ("--platform linux/arm64 --format digest a", nil),
    ("--raw --format table a", nil),
    ("--raw --format json a", "--raw and --format json cannot be used together"),
    ("--platform linux/arm64 --raw a", "--platform and --raw cannot be used together"),
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

  /// docker exits with 125 if a flag is wrong, and with 1 if anything else is.
  static let errors: [(error: UsageError, status: Int32, message: String)] = [
    (.unknownFlag("--x"), 125, "unknown flag: --x"),
    (.noValue("--x"), 125, "flag needs an argument: --x"),
    (.value("x", option: "-q", .boolean), 125, "invalid value “x” for -q: must be true or false"),
    (.argument("x", .choice(["a", "b"])), 1, "invalid argument “x” for 'docker manifestx': must be a or b"),
    (.other("--raw and --format"), 125, "--raw and --format"),
    (.unknownCommand("x"), 1, "unknown command: docker manifestx x"),
    (.arguments("requires 1 argument"), 1, "'docker manifestx' requires 1 argument"),
  ]

  @Test(arguments: errors)
  func messagesAndStatusesAreThoseOfDocker(error: UsageError, status: Int32, message: String) {
    #expect(error.status == status)
    #expect(error.message(for: "docker manifestx") == message)
  }

  static let calls: [(verb: any Verb.Type, words: [String], isGood: Bool)] = [
    (Publish.self, ["a", "b"], true),
    (Publish.self, ["a"], false),
    (Inspect.self, ["a"], true),
    (Inspect.self, [], false),
    (Inspect.self, ["a", "b"], false),
    (Inspect.self, ["a", "--raw", "--format", "json"], false),
    (Inspect.self, ["a", "--wait", "86401"], false),
    (Inspect.self, ["a", "--wait=86400"], true),
    (Hooks.self, ["status"], true),
    (Hooks.self, ["x"], false),
    (CompletionScript.self, ["tcsh"], false),
    (Version.self, [], true),
    (Version.self, ["a"], false),
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
