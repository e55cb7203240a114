import Testing

@testable import docker_manifestx

@Suite struct OptionSpellingTests {
  static let spellings: [(words: String, plain: String)] = [
    ("-tv2", "-t v2"), ("-t=v2", "-t v2"), ("-qtv2", "-q -t v2"), ("-qt v2", "-q -t v2"), ("-qD", "-q -D"),
    ("--quiet=true", "--quiet"), ("--quiet=1", "--quiet"), ("a --dry-run=false b", "a b"),
    // What is no spelling of these stays for ArgumentParser to judge.
    ("--quiet=x", "--quiet=x"), ("--tag=true", "--tag=true"), ("--other=true", "--other=true"), ("-zx", "-zx"),
    ("-q", "-q"), ("a -- -tv2", "a -- -tv2"), ("--platform x=linux/arm64", "--platform x=linux/arm64"),
  ]

  @Test(arguments: spellings)
  func areMadePlain(words: String, plain: String) {
    let spelling = OptionSpelling { Help.options(of: Publish.self) }
    #expect(spelling.plain(words.split(separator: " ").map(String.init)).joined(separator: " ") == plain)
  }
}
