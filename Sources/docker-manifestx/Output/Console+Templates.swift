import JSON
import Templates

extension Console {
  /// What a template makes of a value, as one result.
  ///
  /// - Throws: `FormatError`, or `OutputError`.
  func result(_ template: Template, over value: JSONValue, optionalFields: [String] = []) throws {
    let text: String
    do { text = try template.text(of: value, optionalFields: optionalFields) } catch { throw FormatError(error: error) }
    // A terminal does what the text says with a tab, too: columns.
    let cells = text.split(separator: "\t", omittingEmptySubsequences: false).map { PrintableText.lines(String($0)) }
    try result(Array("\(cells.joined(separator: "\t"))\n".utf8))
  }
}
