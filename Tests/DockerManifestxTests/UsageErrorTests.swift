import Testing

@testable import docker_manifestx

@Suite struct UsageErrorTests {
  /// docker ends with 125 where a flag is wrong, and with 1 where the rest is.
  static let errors: [(error: UsageError, status: Int32, message: String)] = [
    (.unknownFlag("--x"), 125, "unknown flag: --x"),
    (.noValue("--x"), 125, "flag needs an argument: --x"),
    (.other("--raw and --format"), 125, "--raw and --format"),
    (.unknownCommand("x"), 1, "unknown command: docker manifestx x"),
    (.arguments("requires 1 argument"), 1, "'docker manifestx' requires 1 argument"),
  ]

  @Test(arguments: errors)
  func saysItAsDockerDoes(error: UsageError, status: Int32, message: String) {
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
    (Version.self, [], true),
    (Version.self, ["a"], false),
  ]

  @Test(arguments: calls)
  func everyVerbChecksItsWords(verb: any Verb.Type, words: [String], isGood: Bool) throws {
    let parsed = try verb.parse(words)
    if isGood {
      #expect(throws: Never.self) { try parsed.checkUsage() }
    } else {
      #expect(throws: UsageError.self) { try parsed.checkUsage() }
    }
  }
}
