import Testing

@testable import docker_manifestx

@Suite struct OptionReaderTests {
  static let reader = OptionReader(options: Publish.options)

  static let spellings: [(words: String, plain: String)] = [
    ("-tv2", "-t v2"), ("-t=v2", "-t v2"), ("-qtv2", "-q -t v2"), ("-qt v2", "-q -t v2"), ("-qD", "-q -D"),
    ("-q=false", ""), ("-Dq=T", "-D -q"),
    ("--quiet=true", "--quiet"), ("--quiet=1", "--quiet"), ("a --dry-run=false b", "a b"),
    ("--tag=true", "--tag true"), ("--tag=", "--tag "), ("--tag --quiet", "--tag=--quiet"), ("-t -", "--tag=-"),
    ("-q", "-q"), ("- a", "- a"), ("a -- -tv2", "a -- -tv2"),
    ("--platform x=linux/arm64", "--platform x=linux/arm64"),
  ]

  @Test(arguments: spellings)
  func wordsAreMadePlain(words: String, plain: String) throws {
    let words = words.split(separator: " ").map(String.init)
    #expect(try Self.reader.plain(words).joined(separator: " ") == plain)
  }

  static let mistakes: [(words: [String], error: UsageError)] = [
    (["--quiet=x"], .value("x", option: "--quiet", .boolean)),
    (["-q=yes"], .value("yes", option: "-q", .boolean)),
    (["--other=true"], .unknownFlag("--other=true")), (["a", "-zx"], .unknownFlag("-zx")),
    (["-qz"], .unknownFlag("-qz")), (["--tag"], .noValue("--tag")), (["-qt"], .noValue("-t")),
    (["--timeout", "2"], .value("2", option: "--timeout", .duration)),
    (["--media-type=fruit"], .value("fruit", option: "--media-type", .choice(["auto", "oci", "docker"]))),
  ]

  @Test(arguments: mistakes)
  func mistakesAreNamed(words: [String], error: UsageError) {
    #expect(throws: error) { try Self.reader.plain(words) }
  }

  static let booleans: [(text: String, isOn: Bool)] =
    ["1", "t", "T", "TRUE", "true", "True"].map { ($0, true) }
    + ["0", "f", "F", "FALSE", "false", "False"].map { ($0, false) }

  @Test(arguments: booleans)
  func flagsAreReadAsByGoBeforeAndAfterTheVerb(text: String, isOn: Bool) throws {
    #expect(try PluginInvocation(["--debug=\(text)", "version"]).isDebugging == isOn)
    #expect(try Self.reader.plain(["--debug=\(text)"]) == (isOn ? ["--debug"] : []))
  }

  @Test(arguments: ["yes", "no", "on", "tRUE", "", "2"])
  func otherWordsAreTheSameErrorBeforeAndAfterTheVerb(text: String) {
    let error = UsageError.value(text, option: "--debug", .boolean)
    #expect(throws: error) { try PluginInvocation(["--debug=\(text)", "version"]) }
    #expect(throws: error) { try Self.reader.plain(["--debug=\(text)"]) }
  }

  @Test func plainWordsNeedNoReading() {
    #expect(!OptionReader.isNeeded(for: ["a", "-q", "--quiet", "--platform", "x=linux/arm64", "-"]))
    #expect(OptionReader.isNeeded(for: ["-qD"]))
    #expect(OptionReader.isNeeded(for: ["--quiet=1"]))
  }
}
