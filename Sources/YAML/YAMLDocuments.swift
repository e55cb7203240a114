import CYAML

/// Reads a YAML text with libyaml, which is loaded on first use.
///
/// Aliases are refused: a few lines of them can stand for more values than any memory can hold.
package enum YAMLDocuments {
  /// The documents of a text, which `---` separates. Those without content are left out.
  ///
  /// - Throws: `YAMLUnavailable` or `YAMLError`.
  package static func decoded(_ bytes: [UInt8], _ limits: inout NodeLimits) throws -> [YAMLNode] {
    if let reason = cyaml_error() { throw YAMLUnavailable(reason: String(cString: reason)) }
    return try bytes.withUnsafeBufferPointer { buffer in
      guard let parser = cyaml_parser_new(buffer.baseAddress, buffer.count) else {
        throw YAMLUnavailable(reason: "there is not enough memory")
      }
      defer { cyaml_parser_free(parser) }
      var reader = Reader(parser: parser, bytes: buffer, limits: limits)
      let documents = try reader.documents()
      limits = reader.limits
      return documents
    }
  }
}

private struct Reader {
  let parser: OpaquePointer
  let bytes: UnsafeBufferPointer<UInt8>
  var limits: NodeLimits

  mutating func documents() throws(YAMLError) -> [YAMLNode] {
    var documents: [YAMLNode] = []
    while true {
      let event = try next()
      switch event.kind {
      case CYAML_END: return documents
      case CYAML_OTHER: continue
      default:
        let node = try node(event, depth: 0)
        if !node.isNull { documents.append(node) }
      }
    }
  }

  private mutating func node(_ event: cyaml_event, depth: Int) throws(YAMLError) -> YAMLNode {
    let line = event.line + 1
    try limits.add(depth: depth, line: line)
    try checkTag(event, line)
    switch event.kind {
    case CYAML_SEQUENCE: return YAMLNode(.sequence(try elements(depth + 1)), line: line)
    case CYAML_MAPPING: return YAMLNode(.mapping(try members(depth + 1)), line: line)
    case CYAML_ALIAS: throw YAMLError(line: line, .alias(event.content))
    default: return YAMLNode(.scalar(event.content, isPlain: event.is_plain), line: line)
    }
  }

  private mutating func elements(_ depth: Int) throws(YAMLError) -> [YAMLNode] {
    var elements: [YAMLNode] = []
    while true {
      let event = try next()
      if event.kind == CYAML_SEQUENCE_END { return elements }
      elements.append(try node(event, depth: depth))
    }
  }

  private mutating func members(_ depth: Int) throws(YAMLError) -> [YAMLMember] {
    var list = MemberList()
    while true {
      let event = try next()
      if event.kind == CYAML_MAPPING_END { return list.members }
      let key = try node(event, depth: depth)
      guard case .scalar(let name, _) = key.content else { throw YAMLError(line: key.line, .keyIsNoText) }
      try list.checkKey(name, line: key.line)
      list.append(name, line: key.line, try node(try next(), depth: depth))
    }
  }

  private func next() throws(YAMLError) -> cyaml_event {
    var event = cyaml_event()
    if cyaml_parser_next(parser, &event) { return event }
    let line = event.line + 1
    throw YAMLError(line: line, isIndentedWithTab(line) ? .tab : .syntax(event.content))
  }

  /// A text that is marked as a text is one.
  private func checkTag(_ event: cyaml_event, _ line: Int) throws(YAMLError) {
    guard let tag = event.tag.map({ String(cString: $0) }) else { return }
    let expected =
      switch event.kind {
      case CYAML_SEQUENCE: "seq"
      case CYAML_MAPPING: "map"
      default: "str"
      }
    if tag != "!", tag != "tag:yaml.org,2002:\(expected)" { throw YAMLError(line: line, .tag(tag)) }
  }

  /// libyaml's own message is about the character after the tab.
  private func isIndentedWithTab(_ line: Int) -> Bool {
    let lines = bytes.split(
      separator: UInt8(ascii: "\n"),
      maxSplits: line,
      omittingEmptySubsequences: false
    )
    guard lines.indices.contains(line - 1) else { return false }
    let indentation = lines[line - 1].prefix { $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: "\t") }
    return indentation.contains(UInt8(ascii: "\t"))
  }
}

extension cyaml_event {
  /// The text of a scalar or a problem, or the name of an alias.
  fileprivate var content: String {
    String(decoding: UnsafeRawBufferPointer(start: text, count: length), as: UTF8.self)
  }
}
