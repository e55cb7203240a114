import HTTP
import LocalSystem
import Testing

@testable import docker_manifestx

@Suite struct InspectionTextTests {
  static let ages: [(seconds: Int, text: String)] = [
    (-5, "Less than a second"), (0, "Less than a second"), (1, "1 second"), (59, "59 seconds"), (60, "About a minute"),
    (150, "2 minutes"), (3600, "About an hour"), (47 * 3600, "47 hours"), (48 * 3600, "2 days"),
    (13 * 86_400, "13 days"),
    (14 * 86_400, "2 weeks"), (59 * 86_400, "8 weeks"), (60 * 86_400, "2 months"), (729 * 86_400, "24 months"),
    (730 * 86_400, "2 years"),
  ]

  @Test(arguments: ages)
  func agesAreInDockersWords(seconds: Int, text: String) throws {
    let built = try #require(Timestamp(rfc3339: "2026-01-02T03:04:05.678Z"))
    let age = Age(of: "2026-01-02T03:04:05.678Z", now: Timestamp(seconds: built.seconds + seconds))
    #expect(age?.description == text)
  }

  /// Go writes its zero for no time at all.
  @Test(arguments: [nil, "", "yesterday", "0001-01-01T00:00:00Z"])
  func whatIsNoTimeHasNoAge(created: String?) {
    #expect(Age(of: created, now: .now) == nil)
  }

  static let predicates = [
    ("https://slsa.dev/provenance/v0.2", "provenance (SLSA v0.2)"), ("https://spdx.dev/Document", "SBOM (SPDX)"),
    ("https://spdx.dev/Document/v2.3", "SBOM (SPDX)"), ("https://example.com/own", "https://example.com/own"),
  ]

  @Test(arguments: predicates)
  func kindsOfAttestationsHaveNames(type: String, name: String) {
    #expect(PredicateName(type: type).description == name)
  }

  static let cuts: [(text: String, columns: Int, utf8: String, ascii: String)] = [
    ("linux/arm64", 11, "linux/arm64", "linux/arm64"), ("linux/arm64", 10, "linux/arm…", "linux/a..."),
    ("容器镜像", 8, "容器镜像", "容器镜像"), ("容器镜像", 7, "容器镜…", "容器..."),
    ("e\u{301}e\u{301}", 2, "e\u{301}e\u{301}", "e\u{301}e\u{301}"),
    ("abc", 2, "a…", ".."),
  ]

  @Test(arguments: cuts)
  func aLongTextIsCutToTheColumns(text: String, columns: Int, utf8: String, ascii: String) {
    #expect(TextStyle(width: 80).cut(text, to: columns) == utf8)
    #expect(TextStyle(width: 80, isUTF8: false).cut(text, to: columns) == ascii)
  }

  @Test func aTerminalWithoutUTF8GetsASCII() {
    let text = "caf\u{e9} \u{201C}x\u{201D}"
    #expect(TextStyle(width: 80, isUTF8: false).printable(text) == #"caf\u{E9} \u{201C}x\u{201D}"#)
    #expect(TextStyle(width: 80).printable(text) == text)
    #expect(TextStyle(isUTF8: false).printable(text) == text, "a file keeps its bytes")
  }

  static let locales: [(environment: Environment, isUTF8: Bool)] = [
    ([:], false), (["LANG": "C"], false), (["LANG": "en_US.UTF-8"], true), (["LANG": "C.utf8"], true),
    (["LC_ALL": "C", "LANG": "en_US.UTF-8"], false), (["LC_ALL": "", "LC_CTYPE": "de_DE.UTF-8"], true),
  ]

  @Test(arguments: locales)
  func theLocaleTellsTheEncoding(environment: Environment, isUTF8: Bool) {
    let style = Console(Terminal(output: -1)).style(environment)
    #expect(style.isUTF8 == isUTF8 && style.width == nil)
  }

  static let tables: [(rows: [[String]], width: Int, text: String)] = [
    ([["a", "b"], ["long", "c"]], 8, "a      b\nlong   c"),
    ([[String(repeating: "x", count: 30), "0123456789ab"]], 30, "xxxxxxxxxxxxxx…   0123456789ab"),
    ([["a", "b", "c"], ["d", "a note over the rest"]], 14, "a   b   c\nd   a note ov…"),
  ]

  @Test(arguments: tables)
  func aTableFitsTheTerminal(rows: [[String]], width: Int, text: String) {
    #expect(Table(rows: rows, style: TextStyle(width: width), spansRest: true).text == text)
  }
}
