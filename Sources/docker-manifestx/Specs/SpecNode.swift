import LocalSystem
import YAML

/// A value of a spec file, which knows where it is and what its variables stand for.
struct SpecNode {
  let node: YAMLNode
  let file: String
  let variables: SpecVariables

  var place: SpecPlace { SpecPlace(file: file, line: node.line) }

  func error(_ reason: SpecError.Reason) -> SpecError { SpecError(place: place, reason: reason) }

  /// Does something with the value. What goes wrong is wrong here.
  func reading<Value>(_ body: () throws -> Value) throws(SpecError) -> Value {
    do { return try body() } catch let error as SpecError { throw error } catch { throw self.error(.cause(error)) }
  }

  /// With the values of its variables.
  func text() throws(SpecError) -> String {
    guard case .scalar(let text, _) = node.content, !node.isNull else { throw wrongKind("a text") }
    do { return try variables.replaced(in: text) } catch {
      switch error {
      case .form: throw self.error(.badVariable)
      case .unset(let name): throw self.error(.unsetVariable(name))
      case .notText(let name): throw self.error(.cause(NotUTF8.variable(name)))
      case .tooLarge(let limit): throw self.error(.variablesTooLarge(limit: limit))
      }
    }
  }

  /// The elements of a sequence. Nothing at all is an empty one.
  func elements() throws(SpecError) -> [SpecNode] {
    if node.isNull { return [] }
    guard case .sequence(let elements) = node.content else { throw wrongKind("a sequence") }
    return elements.map(child)
  }

  /// The elements of a sequence; a text stands for a sequence of one.
  func elementsOrText() throws(SpecError) -> [SpecNode] {
    if case .scalar = node.content, !node.isNull { [self] } else { try elements() }
  }

  /// Every key of a mapping, in their order.
  func members() throws(SpecError) -> [(name: String, place: SpecPlace, value: SpecNode)] {
    if node.isNull { return [] }
    guard case .mapping(let members) = node.content else { throw wrongKind("a mapping") }
    return members.map { ($0.name, SpecPlace(file: file, line: $0.line), child($0.value)) }
  }

  /// The values of a mapping that has only these keys.
  func members(_ known: [String]) throws(SpecError) -> [String: SpecNode] {
    var found: [String: SpecNode] = [:]
    for (name, place, value) in try members() {
      guard known.contains(name) else { throw SpecError(place: place, reason: .unknownKey(name, known: known)) }
      // A key without a value is as good as none.
      if !value.node.isNull { found[name] = value }
    }
    return found
  }

  var isText: Bool { if case .scalar = node.content { !node.isNull } else { false } }
  var isSequence: Bool { if case .sequence = node.content { true } else { false } }

  func wrongKind(_ expected: String) -> SpecError { error(.wrongKind(expected: expected, found: node.kind)) }

  private func child(_ node: YAMLNode) -> SpecNode { SpecNode(node: node, file: file, variables: variables) }
}
