/// Why a text is not the YAML or JSON that this module reads.
package struct YAMLError: Error, Hashable {
  package enum Reason: Hashable, Sendable {
    /// In the words of the parser.
    case syntax(String)
    /// The line is indented with a tab.
    case tab
    case duplicateKey(String)
    /// The key of a mapping is not a text.
    case keyIsNoText
    /// `*NAME`.
    case alias(String)
    /// A tag that says that a value is something else than a text, a sequence or a mapping.
    case tag(String)
    /// Sequences and mappings are nested more levels deep than this.
    case tooDeep(limit: Int)
    /// There are more values than this.
    case tooManyValues(limit: Int)
  }

  /// Counted from 1.
  package let line: Int
  package let reason: Reason

  package init(line: Int, _ reason: Reason) {
    self.line = line
    self.reason = reason
  }
}

/// Without the line.
extension YAMLError: CustomStringConvertible {
  package var description: String {
    switch reason {
    case .syntax(let problem): problem
    case .tab: "the line is indented with a tab: use spaces"
    case .duplicateKey(let key): "the key \u{201C}\(key)\u{201D} is there twice"
    case .keyIsNoText: "a key must be a text"
    case .alias(let name):
      "aliases (*\(name)) are not supported: write the value again, or put a pattern in quotation marks"
    case .tag(let tag): "the tag \(tag) is not supported"
    case .tooDeep(let limit): "it is nested more than \(limit) levels deep"
    case .tooManyValues(let limit): "there are more than \(limit) values"
    }
  }
}

/// libyaml cannot be loaded.
package struct YAMLUnavailable: Error, Hashable, CustomStringConvertible {
  package let reason: String

  package var description: String { "cannot load libyaml, which is required to read YAML: \(reason)" }
}
