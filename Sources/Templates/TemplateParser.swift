import JSON

/// Makes nodes of the pieces of a template.
struct TemplateParser {
  private var pieces: ArraySlice<TemplatePiece>
  /// The variables that exist at this place.
  private var variables = ["$"]
  private var depth = 0
  private var loops = 0
  private let end: TemplatePosition

  init(_ text: String) throws(TemplateError) {
    var scanner = TemplateScanner(text)
    pieces = try scanner.pieces()[...]
    end = scanner.position
  }

  mutating func nodes() throws(TemplateError) -> [TemplateNode] {
    let (nodes, last) = try list()
    if let last { throw error(last.position, "{{\(last.word)}} has no {{if}}, {{with}} or {{range}} before it") }
    return nodes
  }

  /// What ends a list of nodes: `end`, or `else` with what follows it.
  private struct Last {
    let word: String
    let position: TemplatePosition
    let rest: [TemplateToken]
  }

  private mutating func list() throws(TemplateError) -> (nodes: [TemplateNode], last: Last?) {
    var nodes: [TemplateNode] = []
    while let piece = pieces.popFirst() {
      switch piece {
      case .text(let text): nodes.append(.text(text))
      case .action(let all, let position):
        var tokens = TemplateTokens(all, variables: variables, depth: depth, end: position)
        guard case .word(let word)? = tokens.first?.kind, Self.keywords.contains(word) else {
          nodes.append(.action(try pipeline(&tokens)))
          continue
        }
        tokens.removeFirst()
        if word == "end" || word == "else" {
          return (nodes, Last(word: word, position: position, rest: Array(all.dropFirst())))
        }
        nodes.append(try statement(word, position, &tokens))
      }
    }
    return (nodes, nil)
  }

  private static let keywords: Set<String> = [
    "if", "else", "end", "range", "with", "break", "continue", "define", "template", "block",
  ]

  private mutating func statement(
    _ word: String,
    _ position: TemplatePosition,
    _ tokens: inout TemplateTokens
  ) throws(TemplateError) -> TemplateNode {
    switch word {
    case "if", "with", "range": return try block(word, position, &tokens)
    case "break", "continue":
      if loops == 0 { throw error(position, "{{\(word)}} is outside of {{range}}") }
      try tokens.finish()
      return word == "break" ? .leave : .nextElement
    default: throw error(position, "{{\(word)}} is not supported")
    }
  }

  /// - Parameter tokens: What comes after the word.
  private mutating func block(
    _ word: String,
    _ position: TemplatePosition,
    _ tokens: inout TemplateTokens
  ) throws(TemplateError) -> TemplateNode {
    guard depth < TemplateTokens.depthLimit else {
      throw error(position, "the template is nested more than \(TemplateTokens.depthLimit) levels deep")
    }
    depth += 1
    let outer = variables
    defer {
      depth -= 1
      variables = outer
    }
    if tokens.first == nil { throw error(position, "{{\(word)}} needs a value") }
    let header = try pipeline(&tokens, isRange: word == "range")
    let visible = word == "range" ? outer : variables
    if word == "range" { loops += 1 }
    let (body, last) = try list()
    if word == "range" { loops -= 1 }
    // What the body declares does not exist after it.
    variables = visible
    let otherwise = try alternative(word, position, last)
    switch word {
    case "if": return .condition(header, then: body, otherwise: otherwise)
    case "with": return .scope(header, then: body, otherwise: otherwise)
    default: return .range(header, body: body, otherwise: otherwise)
    }
  }

  /// What comes after `else`, up to `end`.
  private mutating func alternative(
    _ word: String,
    _ position: TemplatePosition,
    _ last: Last?
  ) throws(TemplateError) -> [TemplateNode] {
    guard let last else { throw error(position, "{{\(word)}} has no {{end}}") }
    var rest = TemplateTokens(last.rest, variables: variables, depth: depth, end: last.position)
    if last.word == "end" {
      try rest.finish()
      return []
    }
    if case .word(let next)? = rest.first?.kind, next == word, word != "range" {
      rest.removeFirst()
      return [try block(word, last.position, &rest)]
    }
    try rest.finish()
    let (nodes, end) = try list()
    guard let end else { throw error(position, "{{\(word)}} has no {{end}}") }
    if end.word == "else" { throw error(end.position, "there is another {{else}} before it") }
    try TemplateTokens(end.rest, variables: [], depth: depth, end: end.position).finish()
    return nodes
  }

  private mutating func pipeline(
    _ tokens: inout TemplateTokens,
    isRange: Bool = false
  ) throws(TemplateError) -> TemplatePipeline {
    let pipeline = try tokens.pipeline(isRange: isRange)
    try tokens.finish()
    if pipeline.declares { variables += pipeline.variables }
    return pipeline
  }

  private func error(_ position: TemplatePosition, _ text: String) -> TemplateError {
    TemplateError(position: position, problem: .syntax(text))
  }
}
