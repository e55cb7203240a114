import JSON
import Templates

extension Console {
  /// What a template makes of a value, as one result.
  ///
  /// - Throws: `FormatError`, or `OutputError`.
  func result(_ template: Template, over value: JSONValue, optionalFields: [String] = []) throws {
    let text: String
    do { text = try template.text(of: value, optionalFields: optionalFields) } catch { throw FormatError(error: error) }
    try result(text)
  }
}
