import Testing

@testable import docker_manifestx

/// What docker passes to a plugin, observed with docker 28.
@Suite struct PluginInvocationTests {
  struct Call: CustomTestStringConvertible {
    let words: [String]
    var isPlugin = true
    var config: String?
    var isDebugging = false
    let arguments: [String]
    var testDescription: String { words.joined(separator: " ") }
  }

  static let calls: [Call] = [
    Call(words: [], isPlugin: false, arguments: []),
    Call(words: ["publish", "a", "b"], isPlugin: false, arguments: ["publish", "a", "b"]),
    Call(words: ["manifestx"], arguments: []),
    Call(words: ["manifestx", "publish", "a", "b"], arguments: ["publish", "a", "b"]),
    Call(
      words: ["--debug", "-l", "info", "manifestx", "publish", "a", "b"],
      isDebugging: true,
      arguments: ["publish", "a", "b"]
    ),
    Call(words: ["--config", "DIR", "manifestx", "version"], config: "DIR", arguments: ["version"]),
    Call(words: ["--config=DIR=x", "manifestx", "version"], config: "DIR=x", arguments: ["version"]),
    Call(words: ["--config", "manifestx", "manifestx", "version"], config: "manifestx", arguments: ["version"]),
    Call(words: ["--config", "DIR", "version"], isPlugin: false, config: "DIR", arguments: ["version"]),
    Call(words: ["help", "manifestx"], arguments: ["help"]),
    Call(words: ["help", "manifestx", "publish"], arguments: ["help", "publish"]),
    Call(words: ["help", "publish"], isPlugin: false, arguments: ["help", "publish"]),
    Call(words: ["manifestx", "--help"], arguments: ["--help"]),
    Call(words: ["--help", "manifestx"], arguments: ["--help"]),
    Call(words: ["-h", "manifestx", "publish"], arguments: ["-h", "publish"]),
    Call(words: ["--help"], isPlugin: false, arguments: ["--help"]),
    Call(words: ["--", "manifestx", "version"], arguments: ["version"]),
    // Options after the verb belong to the verb.
    Call(words: ["manifestx", "publish", "--config", "x", "-D"], arguments: ["publish", "--config", "x", "-D"]),
    Call(words: ["manifestx", "manifestx"], arguments: ["manifestx"]),
    Call(words: ["manifestx", "--", "x"], arguments: ["x"]),
    Call(words: ["manifestx", "-D", "publish", "-D"], isDebugging: true, arguments: ["publish", "-D"]),
    Call(
      words: ["--config", "a", "manifestx", "-l", "debug", "--config=b", "-h", "x"],
      config: "b",
      isDebugging: true,
      arguments: ["-h", "x"]
    ),
    Call(words: ["-D", "manifestx", "version"], isDebugging: true, arguments: ["version"]),
    Call(words: ["-D=false", "manifestx", "version"], arguments: ["version"]),
    Call(words: ["--debug=T", "manifestx", "version"], isDebugging: true, arguments: ["version"]),
    Call(words: ["--log-level=debug", "manifestx", "version"], isDebugging: true, arguments: ["version"]),
    Call(words: ["-l=DEBUG", "manifestx", "version"], isDebugging: true, arguments: ["version"]),
    Call(words: ["-l", "trace", "manifestx", "version"], isDebugging: true, arguments: ["version"]),
    Call(words: ["-ldebug", "manifestx", "version"], isDebugging: true, arguments: ["version"]),
    Call(words: ["-Dl", "warning", "manifestx", "version"], isDebugging: true, arguments: ["version"]),
    Call(words: ["-l", "panic", "manifestx", "version"], arguments: ["version"]),
    Call(words: ["-DHtcp://h:1", "-c", "ctx", "manifestx", "x"], isDebugging: true, arguments: ["x"]),
    Call(words: ["-Htcp://h?a=b", "--host", "h", "--tls", "--tlsverify=false", "manifestx", "x"], arguments: ["x"]),
    Call(
      words: ["--tlscacert", "a", "--tlscert=b", "--tlskey", "c", "--context=d", "manifestx", "x"],
      arguments: ["x"]
    ),
  ]

  @Test(arguments: calls)
  func wordsBeforeTheVerbAreRead(_ call: Call) throws {
    let invocation = try PluginInvocation(call.words)
    #expect(invocation.isPlugin == call.isPlugin)
    #expect(invocation.program == (call.isPlugin ? "docker manifestx" : "docker-manifestx"))
    #expect(invocation.configDirectory == call.config)
    #expect(invocation.isDebugging == call.isDebugging)
    #expect(invocation.arguments == call.arguments)
  }

  static let refused: [(words: [String], message: String)] = [
    (["--insecure", "manifestx"], "unknown flag: --insecure"),
    (["-x", "manifestx"], "unknown flag: -x"),
    (["manifestx", "--insecure", "publish"], "unknown flag: --insecure"),
    (["-Dx", "manifestx"], "unknown flag: -Dx"),
    (["--config"], "flag needs an argument: --config"),
    (["-DH"], "flag needs an argument: -H"),
    (["-l", "loud", "manifestx"], "invalid value “loud” for -l: must be debug, info, warn, error or fatal"),
    (["--log-level=", "manifestx"], "invalid value “” for --log-level: must be debug, info, warn, error or fatal"),
    (["--debug=yes", "manifestx"], "invalid value “yes” for --debug: must be true or false"),
    (["-D=yes", "manifestx"], "invalid value “yes” for -D: must be true or false"),
    (["--tlsverify=yes", "manifestx"], "invalid value “yes” for --tlsverify: must be true or false"),
  ]

  @Test(arguments: refused)
  func mistakesAreNamed(words: [String], message: String) {
    let error = #expect(throws: UsageError.self) { try PluginInvocation(words) }
    #expect(error?.message(for: "docker-manifestx") == message)
  }
}
