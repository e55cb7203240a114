/// What one run of a template may take.
package struct TemplateLimits: Sendable {
  /// Of the output, and of each text on the way to it, in bytes.
  package var length = 8 << 20
  /// Into how many parts a text may be split.
  package var parts = 100_000
  /// How many parts of the template may be executed; each element of a range executes them again.
  package var steps = 5_000_000

  package init() {}
}
