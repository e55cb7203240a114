import JSON

/// A template in the notation of Go, as docker's `--format` takes it, over a JSON value.
///
///     try Template(parsing: "{{.Name}}: {{len .Manifest.Layers}} layers").text(of: value)
///
/// It has texts, fields, variables, `if`, `with`, `range`, pipelines, parentheses, comments and the functions of
/// `TemplateFunction`. Definitions (`define`, `template`, `block`) are not supported.
///
/// https://pkg.go.dev/text/template, https://docs.docker.com/engine/cli/formatting/
package struct Template: Sendable {
  private let nodes: [TemplateNode]

  /// - Throws: `TemplateError`, also for every function that does not exist.
  package init(parsing text: String) throws(TemplateError) {
    var parser = try TemplateParser(text)
    nodes = try parser.nodes()
  }

  /// The output for a value.
  ///
  /// A field is the member with exactly this name, else the one that differs only in case, dots and underscores: `.OSVersion`
  /// is `os.version`. A null counts as an empty value of every kind, and prints nothing.
  ///
  /// - Parameter optionalFields: Names of fields that may be missing, and are null then. In another value, a missing field is
  ///   an error.
  /// - Throws: `TemplateError`.
  package func text(
    of value: JSONValue,
    optionalFields: [String] = [],
    limits: TemplateLimits = TemplateLimits()
  ) throws(TemplateError) -> String {
    var renderer = TemplateRenderer(root: value, fields: TemplateFields(optional: optionalFields), limits: limits)
    return try renderer.render(nodes)
  }

  /// False if the output cannot depend on a member of the value. May be true where it does not.
  package func mayRead(_ member: String) -> Bool { TemplateUse(of: member).isIn(nodes, isRoot: true) }
}
