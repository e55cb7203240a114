/// Rows in columns, as docker prints them: each column is as wide as its widest cell, with three spaces in between.
struct Table {
  let rows: [[String]]

  /// In bytes. One long cell would make every row as long.
  private static let cellLimit = 256

  init(rows: [[String]]) { self.rows = rows.map { $0.map { PrintableText.line($0, limit: Self.cellLimit) } } }

  var text: String {
    let columns = rows.map(\.count).max() ?? 0
    let widths = (0..<columns).map { column in rows.compactMap { $0.count > column ? $0[column].count : nil }.max() ?? 0
    }
    return rows.map { row in
      row.enumerated().map { column, cell in
        column == row.count - 1 ? cell : cell + String(repeating: " ", count: widths[column] - cell.count)
      }.joined(separator: "   ")
    }.joined(separator: "\n")
  }
}
