import Testing

@testable import docker_manifestx

@Suite struct PushedNameTests {
  static let calls: [(words: String, name: String?)] = [
    ("push a:v1", "a:v1"), ("push -q a:v1", "a:v1"), ("push --quiet=true a:v1", "a:v1"), ("-D push a:v1", "a:v1"),
    ("push --platform linux/arm64 a:v1", "a:v1"), ("push --platform=linux/arm64 a:v1", "a:v1"),
    ("push --disable-content-trust a:v1", "a:v1"), ("push -- a:v1", "a:v1"), ("push --all-tags=false a:v1", "a:v1"),
    ("push -a a", nil), ("push -qa a", nil), ("push --all-tags a", nil), ("push --all-tags=true a", nil),
    ("push", nil), ("pull a:v1", nil),
  ]

  @Test(arguments: calls)
  func isReadFromTheCommandLine(words: String, name: String?) {
    let commandLine = ["docker"] + words.split(separator: " ").map(String.init)
    #expect(PushedName(commandLine: commandLine, command: "push").name == name)
  }
}
