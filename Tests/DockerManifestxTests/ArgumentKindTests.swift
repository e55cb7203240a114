import Testing

@testable import docker_manifestx

@Suite struct ArgumentKindTests {
  @Test func placeholdersOfValuesTellTheirKind() {
    let placeholders = ArgumentKind.ofValues.map(\.placeholder)
    #expect(Set(placeholders).count == placeholders.count)
  }

  static let usages: [(arguments: [ArgumentDeclaration], usage: String)] = [
    ([], ""),
    ([ArgumentDeclaration(.name)], "NAME"),
    ([ArgumentDeclaration(.list), ArgumentDeclaration(.image, .oneOrMore)], "LIST IMAGE [IMAGE...]"),
    ([ArgumentDeclaration(.name), ArgumentDeclaration(.other("TIMEOUT"), .optional)], "NAME [TIMEOUT]"),
    ([ArgumentDeclaration(.choice(["a", "b"]))], "a|b"),
  ]

  @Test(arguments: usages)
  func usageShowsEveryArgument(arguments: [ArgumentDeclaration], usage: String) {
    #expect(arguments.usage == usage)
  }

  static let name = ArgumentDeclaration(.name)
  static let optional = ArgumentDeclaration(.name, .optional)
  static let more = ArgumentDeclaration(.name, .oneOrMore)
  static let counts: [(arguments: [ArgumentDeclaration], words: Int, problem: String?)] = [
    ([], 0, nil), ([], 1, "accepts no arguments"),
    ([name], 1, nil), ([name], 0, "requires 1 argument"), ([name], 2, "requires 1 argument"),
    ([name, name], 1, "requires 2 arguments"),
    ([name, more], 2, nil), ([name, more], 9, nil), ([name, more], 1, "requires at least 2 arguments"),
    ([more], 0, "requires at least 1 argument"),
    ([name, optional], 1, nil), ([name, optional], 2, nil),
    ([optional], 0, nil), ([optional], 2, "requires at most 1 argument"),
    ([name, optional], 3, "requires at least 1 and at most 2 arguments"),
  ]

  @Test(arguments: counts)
  func numberOfArgumentsIsChecked(arguments: [ArgumentDeclaration], words: Int, problem: String?) {
    let words = (0..<words).map { "\($0)" }
    var found: UsageError?
    do { try arguments.check(words) } catch { found = error }
    #expect(found == problem.map(UsageError.arguments))
  }

  @Test func choicesAreChecked() throws {
    let arguments = [ArgumentDeclaration(.choice(["bash", "zsh", "fish"]))]
    try arguments.check(["zsh"])
    #expect(throws: UsageError.argument("tcsh", arguments[0].kind)) { try arguments.check(["tcsh"]) }
  }

  @Test func lastArgumentIsRepeated() {
    let arguments = [ArgumentDeclaration(.list), Self.more]
    #expect((0...3).map { arguments.kind(at: $0) } == [.list, .name, .name, .name])
    #expect([Self.name].kind(at: 1) == nil)
  }
}
