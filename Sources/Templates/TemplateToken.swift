import JSON

/// A part of an action, which is what stands between `{{` and `}}`.
struct TemplateToken: Hashable, Sendable {
  enum Kind: Hashable, Sendable {
    /// `.Name`, without the dot.
    case field(String)
    case dot
    /// With the dollar sign; `$` alone is the value that the template was given.
    case variable(String)
    /// A function or a keyword.
    case word(String)
    case literal(JSONValue)
    case pipe, open, close, comma, declare, assign
  }

  let kind: Kind
  let position: TemplatePosition
  /// True if a space comes before: `.A .B` are two values, and `.A.B` is one.
  let followsSpace: Bool
}

/// A part of a template: its text, or an action.
enum TemplatePiece: Hashable, Sendable {
  case text(String)
  case action([TemplateToken], TemplatePosition)
}
