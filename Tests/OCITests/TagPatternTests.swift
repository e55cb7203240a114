import OCI
import Testing

@Suite struct TagPatternTests {
  private let repository: Repository

  init() throws { repository = try Reference(parsing: "r.example/a/b").repository }

  static let tags: [(pattern: String, tag: String, isMatch: Bool)] = [
    ("v1-*", "v1-arm64", true),
    ("v1-*", "v1-", true),
    ("v1-*", "v1", false),
    ("v1-*", "xv1-arm64", false),
    ("v1-*-20210624", "v1-arm64-20210624", true),
    ("v1-*-20210624", "v1-arm64-20210625", false),
    ("v1-*-20210624", "v1-arm64-20210624-x", false),
    ("v1-*-1", "v1-a-1-1", true),
    ("*", "anything", true),
    ("**a*", "ba", true),
    ("v?-arm64", "v1-arm64", true),
    ("v?-arm64", "v10-arm64", false),
    ("v?-arm64", "v-arm64", false),
    ("v1-??m64", "v1-arm64", true),
    ("v1-?*", "v1-", false),
    ("V1-*", "v1-arm64", false),
    ("v1.*", "v1-arm64", false),
    (String(repeating: "*a", count: 60) + "b", String(repeating: "a", count: 128), false),
  ]

  @Test(arguments: tags)
  func matches(pattern: String, tag: String, isMatch: Bool) throws {
    let pattern = try #require(try TagPattern(parsing: pattern, in: repository))
    #expect(pattern.matches(try Tag(parsing: tag)) == isMatch)
  }

  static let read: [(text: String, pattern: String?)] = [
    ("v1-*", "r.example/a/b:v1-*"),
    (":v1-?", "r.example/a/b:v1-?"),
    ("*", "r.example/a/b:*"),
    ("s.example:5000/c:*", "s.example:5000/c:*"),
    ("c:v1-*", "c:v1-*"),
    ("v1-arm64", nil),
    ("s.example:5000/c:v1", nil),
    ("a[1]", nil),
  ]

  @Test(arguments: read)
  func reads(text: String, pattern: String?) throws {
    #expect(try TagPattern(parsing: text, in: repository)?.description == pattern)
  }

  @Test(arguments: [
    "a/*", "s.example/*:v1", "v1-[ab]*", "-*", ".?", "v1 *", "@sha256:*", ":v1:*", "oci:a:*", "A:*", "*:*",
  ])
  func refuses(text: String) {
    let error = #expect(throws: ReferenceError.self) { try TagPattern(parsing: text, in: repository) }
    #expect(error?.text == text)
  }

  @Test func numbersAreInTheirOrder() throws {
    let tags = ["v1-10-a", "v1-9-b", "v1-9-a", "v2", "v1-09-a", "v10", "va", "v1"].map { try? Tag(parsing: $0) }
    let sorted = tags.compactMap(\.self).inNaturalOrder.map(\.text)
    #expect(sorted == ["v1", "v1-09-a", "v1-9-a", "v1-9-b", "v1-10-a", "v2", "v10", "va"])
  }
}
