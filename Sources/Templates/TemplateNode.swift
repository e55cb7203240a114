import JSON

/// A part of a parsed template.
indirect enum TemplateNode: Hashable, Sendable {
  case text(String)
  case action(TemplatePipeline)
  case condition(TemplatePipeline, then: [TemplateNode], otherwise: [TemplateNode])
  /// `with`: the body's dot is the value, if the value is not empty.
  case scope(TemplatePipeline, then: [TemplateNode], otherwise: [TemplateNode])
  case range(TemplatePipeline, body: [TemplateNode], otherwise: [TemplateNode])
  case leave
  case nextElement
}

/// `$x := .Name | upper`
struct TemplatePipeline: Hashable, Sendable {
  let position: TemplatePosition
  /// With their dollar signs. Two for `range $index, $element := …` only.
  var variables: [String] = []
  /// False for `$x = …`, which changes a variable that is there.
  var declares = true
  var commands: [TemplateCommand] = []
}

/// A value, or a function and its arguments.
struct TemplateCommand: Hashable, Sendable {
  /// Nil for a value, which is the only argument.
  let function: TemplateFunction?
  let arguments: [TemplateOperand]
  let position: TemplatePosition
}

/// `.Manifest.Digest`, `$x`, `"text"` or `(index .A 1).B`
struct TemplateOperand: Hashable, Sendable {
  indirect enum Base: Hashable, Sendable {
    case dot
    case variable(String)
    case literal(JSONValue)
    case group(TemplatePipeline)
  }

  let base: Base
  /// The names of the fields that are read of it, one of the other.
  var fields: [TemplateField] = []
  let position: TemplatePosition
}

struct TemplateField: Hashable, Sendable {
  let name: String
  let position: TemplatePosition
}
