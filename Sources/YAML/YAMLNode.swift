/// A value in a YAML or JSON text, and the line where it begins.
///
/// YAML 1.2.2: https://yaml.org/spec/1.2.2/
package struct YAMLNode: Hashable, Sendable {
  package indirect enum Content: Hashable, Sendable {
    /// The text as it is written, so that a version such as `1.10` stays what it is. Plain means without quotation marks.
    case scalar(String, isPlain: Bool)
    case sequence([YAMLNode])
    case mapping([YAMLMember])
  }

  package let content: Content
  /// Counted from 1.
  package let line: Int

  package init(_ content: Content, line: Int) {
    self.content = content
    self.line = line
  }

  /// True for a plain scalar that stands for no value: nothing at all, `~` or `null`.
  package var isNull: Bool {
    guard case .scalar(let text, isPlain: true) = content else { return false }
    return ["", "~", "null", "Null", "NULL"].contains(text)
  }

  /// What a person calls this kind of value, for messages.
  package var kind: String {
    switch content {
    case .scalar: isNull ? "empty" : "a text"
    case .sequence: "a sequence"
    case .mapping: "a mapping"
    }
  }
}

/// A key of a mapping, and its value.
package struct YAMLMember: Hashable, Sendable {
  package let name: String
  /// The line of the key, counted from 1.
  package let line: Int
  package let value: YAMLNode

  package init(name: String, line: Int, value: YAMLNode) {
    self.name = name
    self.line = line
    self.value = value
  }
}
