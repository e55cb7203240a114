/// A JSON object as its author wrote it: single members are set and removed, and every other byte stays as it is.
///
/// For files that people and other programs keep; what is made anew is a `JSONValue`. The outermost names are those of
/// fields, and are found in any case, as in Go; those within are keys of maps, and are found exactly.
package struct JSONText: Sendable {
  package private(set) var bytes: [UInt8]
  private let root: JSONObjectSpan
  private let layout: JSONLayout

  /// What comes after the object is kept, and null is replaced with an empty object.
  ///
  /// - Throws: `JSONError` if the bytes do not begin with a JSON object.
  package init(_ bytes: [UInt8]) throws(JSONError) {
    _ = try JSONNode(goDecoding: bytes, as: .goFirstValue).members()
    var bytes = bytes
    if let start = bytes.firstIndex(where: { !$0.isBlank }), bytes[start...].starts(with: "null".utf8) {
      bytes.replaceSubrange(start..<(start + 4), with: "{}".utf8)
    }
    self.bytes = bytes
    var scanner = JSONScanner(bytes)
    root = scanner.object()
    layout = JSONLayout(of: root, in: bytes)
  }

  /// Sets a text at a path of names; objects on the way that are missing, or null, are made; a missing one at the end of
  /// its parent.
  ///
  /// - Throws: `JSONError.type` if something on the way is not an object, `JSONError.duplicate` if it is there twice.
  package mutating func set(_ path: [String], to text: String) throws(JSONError) {
    let value = JSONValue.string(text)
    var (object, depth) = (root, 1)
    while depth <= path.count, let member = try member(path.prefix(depth), of: object) {
      if depth == path.count || bytes[member.value].elementsEqual("null".utf8) {
        return try replace(member.value, with: layout.content(path[depth...], value, depth: depth))
      }
      guard let inner = member.object else { throw wrong(path.prefix(depth), member) }
      (object, depth) = (inner, depth + 1)
    }
    let added = layout.member(path[(depth - 1)...], value, depth: depth)
    let lead = object.members.last.map { bytes[$0.lead] }.map(Array.init) ?? layout.lead(depth: depth)
    if let last = object.members.last {
      try replace(last.value.upperBound..<last.value.upperBound, with: [UInt8(ascii: ",")] + lead + added)
    } else {
      try replace(object.inside, with: lead + added + layout.lead(depth: depth - 1))
    }
  }

  /// Removes a member, and the objects on the way to it that hold nothing else.
  ///
  /// - Throws: `JSONError.duplicate` if something on the way is there twice: without one, the other would count.
  package mutating func remove(_ path: [String]) throws(JSONError) {
    var object = root
    // The outermost member that goes, and the object that it is in.
    var target: (object: JSONObjectSpan, member: JSONObjectSpan.Member)?
    for depth in 1...path.count {
      guard let member = try member(path.prefix(depth), of: object) else { return }
      if target == nil || object.members.count > 1 { target = (object, member) }
      object = member.object ?? JSONObjectSpan(inside: member.value, members: [])
    }
    guard let target else { return }
    try replace(target.object.extent(of: target.member), with: [])
  }

  private mutating func replace(_ range: Range<Int>, with new: [UInt8]) throws(JSONError) {
    var changed = bytes
    changed.replaceSubrange(range, with: new)
    self = try JSONText(changed)
  }

  /// - Parameter path: Its last name is the member's.
  private func member(
    _ path: ArraySlice<String>,
    of object: JSONObjectSpan
  ) throws(JSONError) -> JSONObjectSpan.Member? {
    let name = path.last ?? ""
    let found = object.members.filter {
      path.count == 1 ? JSONNames.folded($0.text) == JSONNames.folded(name) : $0.text == name
    }
    if found.count > 1 { throw .duplicate(path: path.joined(separator: ".")) }
    return found.first
  }

  private func wrong(_ path: ArraySlice<String>, _ member: JSONObjectSpan.Member) -> JSONError {
    let value = try? JSONValue(decoding: Array(bytes[member.value]), dialect: .go)
    return JSONNode(value ?? .null, path: path.joined(separator: ".")).wrong("an object")
  }
}

/// How the members of an object stand on their lines.
private struct JSONLayout: Sendable {
  /// What begins a line, its end included (`\r\n`); nil where the whole text is on one.
  let newline: [UInt8]?
  let unit: [UInt8]
  /// Between a name and its value.
  let colon: [UInt8]

  init(of root: JSONObjectSpan, in bytes: [UInt8]) {
    let first = root.members.first
    let lead = first.map { bytes[$0.lead] } ?? bytes[bytes.endIndex...]
    colon = first.map { Array(bytes[$0.name.upperBound..<$0.value.lowerBound]) } ?? Array(": ".utf8)
    if let end = lead.lastIndex(of: UInt8(ascii: "\n")) {
      newline = lead.contains(UInt8(ascii: "\r")) ? Array("\r\n".utf8) : Array("\n".utf8)
      unit = Array(lead[(end + 1)...])
    } else {
      // An empty object gets docker's own layout.
      newline = first == nil ? Array("\n".utf8) : nil
      unit = Array("\t".utf8)
    }
  }

  func lead(depth: Int) -> [UInt8] {
    newline.map { $0 + Array(repeatElement(unit, count: depth).joined()) } ?? []
  }

  /// `"a": {"b": value}` for the path a, b.
  func member(_ path: ArraySlice<String>, _ value: JSONValue, depth: Int) -> [UInt8] {
    JSONValue.string(path.first ?? "").encoded() + colon + content(path.dropFirst(), value, depth: depth)
  }

  /// `{"b": value}` for the path b.
  func content(_ path: ArraySlice<String>, _ value: JSONValue, depth: Int) -> [UInt8] {
    if path.isEmpty { return value.encoded() }
    let inside = lead(depth: depth + 1) + member(path, value, depth: depth + 1) + lead(depth: depth)
    return [UInt8(ascii: "{")] + inside + [UInt8(ascii: "}")]
  }
}
