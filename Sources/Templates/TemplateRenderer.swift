import JSON

/// One run of a template.
struct TemplateRenderer {
  private let fields: TemplateFields
  private let limits: TemplateLimits
  private var variables: [(name: String, value: JSONValue)]
  private var output = ""
  private var steps = 0

  init(root: JSONValue, fields: TemplateFields, limits: TemplateLimits) {
    self.fields = fields
    self.limits = limits
    variables = [("$", root)]
  }

  mutating func render(_ nodes: [TemplateNode]) throws(TemplateError) -> String {
    _ = try run(nodes, variables[0].value)
    return output
  }

  /// How a list of nodes ended.
  private enum Flow { case end, leave, nextElement }

  private mutating func run(_ nodes: [TemplateNode], _ dot: JSONValue) throws(TemplateError) -> Flow {
    let count = variables.count
    defer { variables.removeSubrange(count...) }
    for node in nodes {
      let flow = try run(node, dot)
      if flow != .end { return flow }
    }
    return .end
  }

  private mutating func run(_ node: TemplateNode, _ dot: JSONValue) throws(TemplateError) -> Flow {
    switch node {
    case .text(let text): output += text
    case .action(let pipeline):
      let value = try evaluate(pipeline, dot)
      if pipeline.variables.isEmpty { output += TemplateText.printed(value) }
      try checkLength(output, pipeline.position)
    case .condition(let header, let body, let otherwise):
      return try scoped { (self) throws(TemplateError) in
        try self.run(try self.evaluate(header, dot).isTrue ? body : otherwise, dot)
      }
    case .scope(let header, let body, let otherwise):
      return try scoped { (self) throws(TemplateError) in
        let value = try self.evaluate(header, dot)
        return value.isTrue ? try self.run(body, value) : try self.run(otherwise, dot)
      }
    case .range(let header, let body, let otherwise):
      return try scoped { (self) throws(TemplateError) in try self.range(header, body, otherwise, dot) }
    case .leave: return .leave
    case .nextElement: return .nextElement
    }
    return .end
  }

  /// What the body declares does not exist after it.
  private mutating func scoped(
    _ body: (inout TemplateRenderer) throws(TemplateError) -> Flow
  ) throws(TemplateError) -> Flow {
    let count = variables.count
    defer { variables.removeSubrange(count...) }
    return try body(&self)
  }

  private mutating func range(
    _ header: TemplatePipeline,
    _ body: [TemplateNode],
    _ otherwise: [TemplateNode],
    _ dot: JSONValue
  ) throws(TemplateError) -> Flow {
    let value = try evaluate(header, dot, declares: false)
    let count: Int
    let element: (Int) -> (key: JSONValue, value: JSONValue)
    switch value {
    case .null: (count, element) = (0, { _ in (.null, .null) })
    case .array(let elements): (count, element) = (elements.count, { (.integer(Int64($0)), elements[$0]) })
    case .object(let members):
      let sorted = members.sortedByName
      (count, element) = (sorted.count, { (.string(sorted[$0].name), sorted[$0].value) })
    case .integer(let number) where header.variables.count < 2:
      (count, element) = (Int(max(0, number)), { (.integer(Int64($0)), .integer(Int64($0))) })
    default: throw error(header.position, "range", "cannot go through \(value.kind)")
    }
    let outer = variables.count
    for index in 0..<count {
      try step(header.position)
      variables.removeSubrange(outer...)
      let (key, value) = element(index)
      for (name, value) in zip(header.variables.reversed(), [value, key]) { variables.append((name, value)) }
      if try run(body, value) == .leave { break }
    }
    return count == 0 ? try run(otherwise, dot) : .end
  }

  private mutating func evaluate(
    _ pipeline: TemplatePipeline,
    _ dot: JSONValue,
    declares: Bool = true
  ) throws(TemplateError) -> JSONValue {
    var value: JSONValue?
    for command in pipeline.commands { value = try evaluate(command, value, dot) }
    let result = value ?? .null
    if declares, let name = pipeline.variables.first {
      if pipeline.declares {
        variables.append((name, result))
      } else if let index = variables.lastIndex(where: { $0.name == name }) {
        variables[index].value = result
      }
    }
    return result
  }

  /// - Parameter piped: The value before `|`: the last argument.
  private mutating func evaluate(
    _ command: TemplateCommand,
    _ piped: JSONValue?,
    _ dot: JSONValue
  ) throws(TemplateError) -> JSONValue {
    try step(command.position)
    guard let function = command.function else { return try evaluate(command.arguments[0], dot) }
    let count = command.arguments.count + (piped == nil ? 0 : 1)
    if let problem = function.problem(ofArgumentCount: count) {
      throw error(command.position, function.rawValue, problem)
    }
    var arguments: [JSONValue] = []
    for argument in command.arguments {
      let value = try evaluate(argument, dot)
      // The rest is not evaluated.
      if function == .and && !value.isTrue || function == .or && value.isTrue { return value }
      arguments.append(value)
    }
    if let piped { arguments.append(piped) }
    do {
      let result = try function.value(of: arguments, limits)
      if case .string(let text) = result { try checkLength(text, command.position) }
      return result
    } catch let problem as TemplateProblem {
      throw error(command.position, function.rawValue, problem.text)
    } catch let error as TemplateError { throw error } catch {
      throw self.error(command.position, function.rawValue, "\(error)")
    }
  }

  private mutating func evaluate(_ operand: TemplateOperand, _ dot: JSONValue) throws(TemplateError) -> JSONValue {
    var value: JSONValue
    var path: String
    switch operand.base {
    case .dot: (value, path) = (dot, "")
    case .variable(let name):
      guard let variable = variables.last(where: { $0.name == name }) else {
        throw TemplateError(position: operand.position, problem: .syntax("\(name) is not defined"))
      }
      (value, path) = (variable.value, name)
    case .literal(let literal): (value, path) = (literal, "")
    case .group(let pipeline): (value, path) = (try evaluate(pipeline, dot), "(...)")
    }
    for field in operand.fields {
      path += ".\(field.name)"
      value = try fields.value(field, of: value, path: path)
    }
    return value
  }

  private mutating func step(_ position: TemplatePosition) throws(TemplateError) {
    steps += 1
    if steps > limits.steps {
      throw TemplateError(position: position, problem: .limit("the template takes too many steps"))
    }
  }

  private func checkLength(_ text: String, _ position: TemplatePosition) throws(TemplateError) {
    guard text.utf8.count > limits.length else { return }
    throw TemplateError(position: position, problem: .limit("the output is longer than \(limits.length) bytes"))
  }

  private func error(_ position: TemplatePosition, _ name: String, _ text: String) -> TemplateError {
    TemplateError(position: position, problem: .value(of: name, text))
  }
}
