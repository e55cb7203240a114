import Testing

@testable import docker_manifestx

@Suite struct TableTests {
  static let tables: [(rows: [[String]], text: String)] = [
    ([], ""),
    ([["a"]], "a"),
    ([["a", "b"], ["long", "c"]], "a      b\nlong   c"),
    ([["é😀", "b"], ["xyz", "c"]], "é😀    b\nxyz   c"),
    // Rows can have fewer cells, and no line ends with spaces.
    ([["a", "b", "c"], ["long"], ["x", "y"]], "a      b   c\nlong\nx      y"),
  ]

  @Test(arguments: tables)
  func columnsAreAligned(rows: [[String]], text: String) {
    #expect(Table(rows: rows).text == text)
  }
}
