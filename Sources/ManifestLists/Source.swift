import OCI

/// One image that is to be in a list, as the user named it.
package struct Source: Hashable, Sendable {
  /// As it was written.
  package let text: String
  package let reference: Reference
  /// How the words were read, where they could have meant something else.
  package let reading: Reading
  /// From `--platform`; nil where it is to be found out.
  package var platform: Platform?

  package enum Reading: Hashable, Sendable {
    case reference
    /// A bare word, taken as a tag of the list's repository.
    case tag
  }

  /// Reads IMAGE: a whole reference, or `TAG`, `:TAG`, `@DIGEST`, `:TAG@DIGEST` of the list's repository.
  ///
  /// - Throws: `ReferenceError`.
  package init(_ text: String, in repository: Repository) throws(ReferenceError) {
    self.text = text
    if text.hasPrefix(":") || text.hasPrefix("@") {
      // As the end of a longer reference: what stands before is known to be well formed.
      reference = try Reference(parsing: repository.full + text)
      reading = .reference
    } else if !text.isEmpty, !text.contains(where: { "/:@".contains($0) }) {
      reference = Reference(repository, tag: try Tag(parsing: text))
      reading = .tag
    } else {
      reference = try Reference(parsing: text)
      reading = .reference
    }
  }
}

extension Repository {
  /// With the parts that docker leaves out when it shows a name.
  fileprivate var full: String { "\(registry.host)/\(path)" }
}
