/// Rows in columns, as docker prints them: each column is as wide as its widest cell, with three spaces in between.
struct Table {
  private let rows: [[String]]
  private let style: TextStyle
  private let spansRest: Bool
  private let gap: Int

  /// In bytes. One long cell would make every row as long.
  private static let cellLimit = 256
  /// What remains of a column that is too wide, in columns of the terminal.
  private static let leastColumn = 12

  /// - Parameters:
  ///   - style: Cells are cut so that no row is wider than the terminal.
  ///   - spansRest: Whether the last cell of a row with fewer cells than others extends over their columns.
  ///   - gap: How many spaces are between two columns.
  init(rows: [[String]], style: TextStyle = TextStyle(), spansRest: Bool = false, gap: Int = 3) {
    self.rows = rows.map { $0.map { style.printable($0, limit: Self.cellLimit) } }
    (self.style, self.spansRest, self.gap) = (style, spansRest, gap)
  }

  var text: String {
    let widths = fitting(widths)
    return rows.map { row in
      let cells = row.enumerated().map { column, text in
        let isLast = column == row.count - 1
        if isLast, spansRest { return text }
        let cell = style.width == nil ? text : style.cut(text, to: widths[column])
        return isLast ? cell : cell + String(repeating: " ", count: widths[column] - DisplayWidth.of(cell))
      }
      return style.line(cells.joined(separator: String(repeating: " ", count: gap)))
    }.joined(separator: "\n")
  }

  /// Of the widest cells.
  private var widths: [Int] {
    var widths = [Int](repeating: 0, count: rows.map(\.count).max() ?? 0)
    for row in rows {
      for (column, cell) in row.enumerated() where !spansRest || row.count == widths.count || column < row.count - 1 {
        widths[column] = max(widths[column], DisplayWidth.of(cell))
      }
    }
    return widths
  }

  /// The widest columns give up what does not fit.
  private func fitting(_ widths: [Int]) -> [Int] {
    guard let width = style.width else { return widths }
    var widths = widths
    var excess = widths.reduce(0, +) + gap * (widths.count - 1) - width
    while excess > 0, let widest = widths.indices.max(by: { widths[$0] < widths[$1] }),
      widths[widest] > Self.leastColumn
    {
      let others = widths.indices.filter { $0 != widest }.map { widths[$0] }.max() ?? 0
      let cut = min(excess, widths[widest] - max(Self.leastColumn, others == widths[widest] ? others - 1 : others))
      widths[widest] -= cut
      excess -= cut
    }
    return widths
  }
}
