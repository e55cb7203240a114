import HTTP
import Testing

@Suite struct OriginTests {
  static let same: [(one: String, other: String)] = [
    ("https://Example.com", "HTTPS://example.COM:443/v2/"),
    ("http://example.com/", "http://example.com:80?a=b#c"),
    ("https://[::1]:5000/v2/", "https://[::1]:5000"),
    ("https://[::1]", "https://[::1]:443/"),
    ("https://user:secret@example.com/a@b", "https://example.com"),
  ]

  @Test(arguments: same)
  func speakToTheSame(one: String, other: String) throws {
    #expect(try #require(Origin(url: one)) == #require(Origin(url: other)))
  }

  static let different: [(one: String, other: String)] = [
    ("https://example.com", "http://example.com"),
    ("https://example.com", "http://example.com:443"),
    ("https://example.com", "https://example.com:8443"),
    ("https://example.com", "https://www.example.com"),
    // Who is spoken to stands behind the last @ before the path, not before it.
    ("https://example.com", "https://example.com@evil.example"),
    ("https://example.com", "https://example.com:443@evil.example/"),
    ("https://example.com", "https://evil.example/@example.com"),
    ("https://example.com", "https://evil.example?@example.com"),
    ("https://example.com", "https://evil.example#@example.com"),
  ]

  /// libcurl sees the delimiter, and would go to evil.example.
  @Test(arguments: [
    "https://evil.example/\u{301}@example.com/v2/", "https://evil.example?\u{301}@example.com/",
    "https://evil.example#\u{301}@example.com/", "https://example.com\u{301}/", "https://example.com /",
    "https://example.com\u{7F}",
    "https://example.com/\n",
  ])
  func onlyASCIIIsAnAddress(url: String) { #expect(Origin(url: url) == nil) }

  @Test(arguments: different)
  func speakToOthers(one: String, other: String) throws {
    #expect(try #require(Origin(url: one)) != #require(Origin(url: other)))
  }

  @Test(arguments: [
    "", "example.com", "/v2/", "ftp://example.com", "https://", "https:///v2/", "http://h:65536", "http://h:x",
  ])
  func isNone(url: String) {
    #expect(Origin(url: url) == nil)
  }

  static let descriptions: [(url: String, text: String)] = [
    ("https://Example.com:443/v2/", "example.com"),
    ("http://example.com:443", "example.com:443"),
    ("https://[::1]:5000", "[::1]:5000"),
  ]

  @Test(arguments: descriptions)
  func isWrittenWithoutTheUsualPort(url: String, text: String) {
    #expect(Origin(url: url)?.description == text)
  }
}
