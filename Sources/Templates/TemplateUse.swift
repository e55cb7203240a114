import JSON

/// Whether a template may read a member of the value that it is given.
struct TemplateUse {
  private let key: String

  init(of member: String) { key = TemplateFields.key(member) }

  /// - Parameter isRoot: True where the dot is the whole value.
  func isIn(_ nodes: [TemplateNode], isRoot: Bool) -> Bool {
    nodes.contains { node in
      switch node {
      case .text, .leave, .nextElement: false
      case .action(let pipeline): isIn(pipeline, isRoot)
      case .condition(let header, let body, let otherwise):
        isIn(header, isRoot) || isIn(body, isRoot: isRoot) || isIn(otherwise, isRoot: isRoot)
      case .scope(let header, let body, let otherwise), .range(let header, let body, let otherwise):
        isIn(header, isRoot) || isIn(body, isRoot: false) || isIn(otherwise, isRoot: isRoot)
      }
    }
  }

  private func isIn(_ pipeline: TemplatePipeline, _ isRoot: Bool) -> Bool {
    pipeline.commands.contains { $0.arguments.contains { isIn($0, isRoot) } }
  }

  private func isIn(_ operand: TemplateOperand, _ isRoot: Bool) -> Bool {
    if operand.fields.contains(where: { TemplateFields.key($0.name) == key }) { return true }
    return switch operand.base {
    case .dot: isRoot && operand.fields.isEmpty
    case .variable(let name): name == "$" && operand.fields.isEmpty
    // `index . "image"` has the dot as well.
    case .literal: false
    case .group(let pipeline): isIn(pipeline, isRoot)
    }
  }
}
