import Templates

/// A mistake in the template of `--format`.
struct FormatError: Error, CustomStringConvertible {
  let error: TemplateError

  var description: String { "the template of --format: \(error)" }
}
