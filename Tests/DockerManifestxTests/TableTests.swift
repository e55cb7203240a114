import Testing

@testable import docker_manifestx

@Suite struct TableTests {
  static let tables: [(rows: [[String]], text: String)] = [
    ([], ""),
    ([["a"]], "a"),
    ([["a", "b"], ["long", "c"]], "a      b\nlong   c"),
    ([["é😀", "b"], ["xyz", "c"]], "é😀   b\nxyz   c"),
    // Rows can have fewer cells, and no line ends with spaces.
    ([["a", "b", "c"], ["long"], ["x", "y"]], "a      b   c\nlong\nx      y"),
  ]

  @Test(arguments: tables)
  func columnsAreAligned(rows: [[String]], text: String) {
    #expect(Table(rows: rows).text == text)
  }

  @Test("One long cell does not make every row as long")
  func longCell() {
    let cells = [String(repeating: "x", count: 50_000), "a" + String(repeating: "\u{301}", count: 50_000)]
    let table = Table(rows: [cells] + Array(repeating: ["l", "m"], count: 1000))
    #expect(table.text.utf8.count < 300_000)
    #expect(Table(rows: [["a\nb", "c"]]).text == "a\\u{A}b   c")
  }
}
