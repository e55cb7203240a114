import JSON

extension TemplateFunction {
  /// - Parameters:
  ///   - arguments: As many as `problem(ofArgumentCount:)` allows. For `and` and `or`, the last one is the value.
  func value(of arguments: [JSONValue], _ limits: TemplateLimits) throws(TemplateProblem) -> JSONValue {
    let first = arguments.first ?? .null
    switch self {
    case .and: return arguments.first { !$0.isTrue } ?? arguments.last ?? .null
    case .or: return arguments.first { $0.isTrue } ?? arguments.last ?? .null
    case .not: return .bool(!first.isTrue)
    case .len: return .integer(Int64(try TemplateElements.count(of: first)))
    case .index: return try TemplateElements.element(of: first, at: arguments.dropFirst())
    case .slice: return try TemplateElements.part(of: first, arguments.dropFirst())
    case .print: return .string(TemplateStrings.joined(arguments))
    case .println: return .string(arguments.map(TemplateText.plain).joined(separator: " ") + "\n")
    case .printf: return .string(try TemplateFormat.text(of: arguments, lengthLimit: limits.length))
    case .eq, .ne, .lt, .le, .gt, .ge: return .bool(try TemplateComparison.result(of: self, arguments))
    case .json: return .string(String(decoding: first.encoded(shortensWholeNumbers: true), as: UTF8.self))
    case .split, .join, .title, .lower, .upper, .pad, .truncate:
      return try TemplateStrings.value(of: self, arguments, limits)
    }
  }
}
