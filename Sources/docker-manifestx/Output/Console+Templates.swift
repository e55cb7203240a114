import JSON
import Templates

extension Console {
  /// What a template makes of a value, as one result.
  ///
  /// - Throws: `FormatError`, or `OutputError`.
  func result(_ template: Template, over value: JSONValue, optionalFields: [String] = []) throws {
    let output: String
    do { output = try template.text(of: value, optionalFields: optionalFields) } catch {
      throw FormatError(error: error)
    }
    // The function json may have made a part of it.
    let text = WorkflowCommands.disarmed(in: output, mayBeJSON: true)
    // Tabs make columns. A copy of a long text is made only where something in it must be escaped.
    let isPlain = text.unicodeScalars.allSatisfy { $0 == "\n" || $0 == "\t" || !JSONEscapes.isEscaped($0) }
    if isPlain {
      var bytes: [UInt8] = []
      bytes.reserveCapacity(text.utf8.count + 1)
      bytes += text.utf8
      bytes.append(UInt8(ascii: "\n"))
      return try result(bytes)
    }
    let cells = text.split(separator: "\t", omittingEmptySubsequences: false).map { PrintableText.lines(String($0)) }
    try result(Array("\(cells.joined(separator: "\t"))\n".utf8))
  }
}
