import JSON

/// The tokens of one action, which become a pipeline.
struct TemplateTokens {
  /// How deep blocks and parentheses may be nested.
  static let depthLimit = 64

  private var tokens: ArraySlice<TemplateToken>
  private let variables: [String]
  private var depth: Int
  private let end: TemplatePosition

  /// - Parameters:
  ///   - variables: Those that exist at this place.
  ///   - end: Where an error is that something is missing.
  init(_ tokens: [TemplateToken], variables: [String], depth: Int, end: TemplatePosition) {
    self.tokens = tokens[...]
    self.variables = variables
    self.depth = depth
    self.end = tokens.last?.position ?? end
  }

  var first: TemplateToken? { tokens.first }

  mutating func removeFirst() { _ = tokens.popFirst() }

  /// - Throws: An error if there are more tokens.
  func finish() throws(TemplateError) {
    if let first { throw error(first.position, "\(text(of: first)) is not expected here") }
  }

  mutating func pipeline(isRange: Bool = false) throws(TemplateError) -> TemplatePipeline {
    var pipeline = TemplatePipeline(position: first?.position ?? end)
    try declaration(&pipeline, isRange: isRange)
    repeat {
      let command = try command(isFirst: pipeline.commands.isEmpty)
      pipeline.commands.append(command)
    } while skip(.pipe)
    return pipeline
  }

  /// `$x :=`, `$x =`, or for range `$i, $e :=`
  private mutating func declaration(_ pipeline: inout TemplatePipeline, isRange: Bool) throws(TemplateError) {
    let kinds = tokens.prefix(4).map(\.kind)
    guard case .variable(let name)? = kinds.first, kinds.count > 1 else { return }
    if kinds[1] == .declare || kinds[1] == .assign {
      pipeline.variables = [name]
    } else if isRange, kinds[1] == .comma, kinds.count == 4, case .variable(let second) = kinds[2],
      kinds[3] == .declare
    {
      pipeline.variables = [name, second]
    } else {
      return
    }
    pipeline.declares = pipeline.variables.count == 2 || kinds[1] == .declare
    if !pipeline.declares, isRange || !variables.contains(name) {
      throw error(pipeline.position, isRange ? "range needs := after \(name)" : "\(name) is not defined")
    }
    if pipeline.variables.contains("$") { throw error(pipeline.position, "a variable needs a name") }
    tokens = tokens.dropFirst(pipeline.variables.count * 2)
  }

  private mutating func command(isFirst: Bool) throws(TemplateError) -> TemplateCommand {
    let position = first?.position ?? end
    var function: TemplateFunction?
    if case .word(let word)? = first?.kind {
      function = try self.function(word, position)
      removeFirst()
    }
    var arguments: [TemplateOperand] = []
    while let token = first, token.kind != .pipe, token.kind != .close {
      if !arguments.isEmpty || function != nil, !token.followsSpace {
        throw error(token.position, "a space is missing before \(text(of: token))")
      }
      arguments.append(try operand())
    }
    if function == nil {
      guard let value = arguments.first else { throw error(position, "a value is missing") }
      guard isFirst else { throw error(position, "| needs a function after it") }
      if arguments.count > 1 {
        throw error(arguments[1].position, "only functions have arguments, and a value comes before this one")
      }
      return TemplateCommand(function: nil, arguments: [value], position: position)
    }
    return TemplateCommand(function: function, arguments: arguments, position: position)
  }

  private func function(_ word: String, _ position: TemplatePosition) throws(TemplateError) -> TemplateFunction {
    if let function = TemplateFunction(rawValue: word) { return function }
    throw TemplateError(
      position: position,
      problem: .function(word, known: TemplateFunction.allCases.map(\.rawValue))
    )
  }

  private mutating func operand() throws(TemplateError) -> TemplateOperand {
    guard let token = tokens.popFirst() else { throw error(end, "a value is missing") }
    let base: TemplateOperand.Base
    var fields: [TemplateField] = []
    switch token.kind {
    case .dot: base = .dot
    case .field(let name):
      base = .dot
      fields = [TemplateField(name: name, position: token.position)]
    case .variable(let name):
      guard variables.contains(name) else { throw error(token.position, "\(name) is not defined") }
      base = .variable(name)
    case .literal(let value): base = .literal(value)
    case .word(let word):
      let call = TemplateCommand(function: try function(word, token.position), arguments: [], position: token.position)
      base = .group(TemplatePipeline(position: token.position, commands: [call]))
    case .open: base = .group(try group(token.position))
    default: throw error(token.position, "\(text(of: token)) is not expected here")
    }
    while let next = first, !next.followsSpace, case .field(let name) = next.kind {
      removeFirst()
      fields.append(TemplateField(name: name, position: next.position))
    }
    return TemplateOperand(base: base, fields: fields, position: token.position)
  }

  private mutating func group(_ position: TemplatePosition) throws(TemplateError) -> TemplatePipeline {
    guard depth < Self.depthLimit else {
      throw error(position, "the template is nested more than \(Self.depthLimit) levels deep")
    }
    depth += 1
    defer { depth -= 1 }
    let inner = try pipeline()
    if let variable = inner.variables.first { throw error(position, "\(variable) cannot be set in parentheses") }
    guard skip(.close) else { throw error(position, "the closing ) is missing") }
    return inner
  }

  private mutating func skip(_ kind: TemplateToken.Kind) -> Bool {
    guard first?.kind == kind else { return false }
    removeFirst()
    return true
  }

  private func error(_ position: TemplatePosition, _ text: String) -> TemplateError {
    TemplateError(position: position, problem: .syntax(text))
  }

  private func text(of token: TemplateToken) -> String {
    switch token.kind {
    case .field(let name): ".\(name)"
    case .dot: "."
    case .variable(let name), .word(let name): name
    case .literal(let value): String(decoding: value.encoded(), as: UTF8.self)
    case .pipe: "|"
    case .open: "("
    case .close: ")"
    case .comma: ","
    case .declare: ":="
    case .assign: "="
    }
  }
}
