import Testing

@testable import OCI

@Suite("A tag without its platform")
struct TagWithoutPlatformTests {
  private static let tags: [(tag: String, rest: String?)] = [
    ("v1-arm64", "v1"), ("v1-arm64-20210624", "v1-20210624"), ("arm64v8-v1", "v1"), ("v1_x86_64", "v1"),
    ("v1-x86-64-alpine", "v1-alpine"), ("1.2.3.arm64", "1.2.3"), ("V1-ARM64", "V1"), ("v1-linux-amd64", "v1"),
    ("v1-arm64-v8", "v1"), ("v1-linux-arm64-v8", "v1"), ("v1-arm-v7-alpine", "v1-alpine"), ("amd64-v3", "v3"),
    ("v1-arm64-v20", "v1-v20"), ("v8-arm64", "v8"), ("v1", "v1"), ("charm-1.2.386", "charm-1.2.386"), ("amd64", nil),
    ("windows-amd64-ltsc2022", nil),
  ]

  @Test(arguments: tags)
  func withoutPlatform(tag: String, rest: String?) throws {
    #expect(try Tag(parsing: tag).withoutPlatform()?.text == rest)
  }

  private static let lists: [(tag: String, lists: [String])] = [
    ("v1-arm64", ["v1"]), ("v1-arm64-20210624", ["v1", "v1-20210624"]), ("arm64v8-v1", ["v1"]), ("amd64", ["latest"]),
    ("1.2_x86-64.alpine", ["1.2", "1.2.alpine"]), ("v1-arm64-v8", ["v1", "v1-v8"]), ("amd64-v3", ["latest", "v3"]),
    ("v1-windows-amd64-ltsc2022", ["v1"]), ("v1", []), ("v1-arm64-amd64", []),
  ]

  @Test(arguments: lists) func tagsOfTheList(tag: String, lists: [String]) throws {
    #expect(try Tag(parsing: tag).listTags.map(\.text) == lists)
  }

  private static let images: [(tag: String, belongs: Bool)] = [
    ("v1-arm64", true), ("v1_2", true), ("v1.arm64", true), ("v1", false), ("v1-", false), ("v1.2", false),
    ("v12-arm64", false), ("xv1-arm64", false), ("V1-arm64", false),
  ]

  @Test(arguments: images)
  func beginsWithTheListsTag(tag: String, belongs: Bool) throws {
    #expect(try Tag(parsing: tag).begins(with: Tag(parsing: "v1")) == belongs)
  }

  @Test func theListsTagIsKept() throws {
    let list = try Tag(parsing: "fix-x86-crash")
    #expect(try Tag(parsing: "fix-x86-crash-amd64").withoutPlatform(in: list) == list)
    #expect(try Tag(parsing: "fix-x86-crash_arm64-2").withoutPlatform(in: list)?.text == "fix-x86-crash-2")
    #expect(try Tag(parsing: "other-x86").withoutPlatform(in: list)?.text == "other")
  }
}
