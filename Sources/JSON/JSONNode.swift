/// A value and where it was found, so that a reader of someone else's JSON can say which part is wrong.
///
///     let manifests = try JSONNode(value).required("manifests").array()
package struct JSONNode: Sendable {
  /// How `optional` and `required` find the member of a name.
  package enum Names: Sendable {
    /// The name must be spelled as it is asked for. A member that is spelled in another case only is an error: programs
    /// that are written in Go read it.
    case exact
    /// As in Go: in any case, and the last one counts, which null is not for a text or a number. For files that docker reads,
    /// too.
    case anyCase
  }

  package let value: JSONValue
  /// `auths["ghcr.io"].auth`; empty for the outermost value.
  package let path: String
  private let names: Names

  package init(_ value: JSONValue, path: String = "", names: Names = .exact) {
    self.value = value
    self.path = path
    self.names = names
  }

  /// The members of an object, in their order. As in Go, of several entries of a map with the same key the last one counts.
  package func members() throws(JSONError) -> [(name: String, node: JSONNode)] {
    var members = try object()
    if names == .anyCase {
      var keys: Set<String> = []
      members = members.reversed().filter { keys.insert($0.name).inserted }.reversed()
    }
    return members.map { ($0.name, child($0.value, path(to: $0.name))) }
  }

  /// The field of this name; nil where there is none or it is null.
  package func optional(_ name: String) throws(JSONError) -> JSONNode? {
    let members = try object()
    // From the end: where a name stands twice, the last one counts.
    if names == .exact, let exact = members.last(where: { $0.name == name }) { return found(exact) }
    let folded = JSONNames.folded(name)
    let same = members.filter { JSONNames.folded($0.name) == folded }
    guard let last = same.last else { return nil }
    if names == .exact { throw .otherCase(path: path(to: last.name), name: name) }
    return found(JSONMember(name: last.name, value: same.map(\.value).reduce(.null) { $0.replaced(by: $1) }))
  }

  /// The members that `optional` does not read with this name. Those that are null are left out.
  package func members(besides name: String) throws(JSONError) -> [(name: String, node: JSONNode)] {
    let folded = JSONNames.folded(name)
    return try members().filter {
      $0.node.value != .null && (names == .exact ? $0.name != name : JSONNames.folded($0.name) != folded)
    }
  }

  /// The value of a key of a map: unlike the name of a field, it is compared exactly. Nil where there is none or it is null.
  package func entry(_ key: String) throws(JSONError) -> JSONNode? { found(try object().last { $0.name == key }) }

  package func required(_ name: String) throws(JSONError) -> JSONNode {
    guard let node = try optional(name) else { throw .missing(path: path(to: name)) }
    return node
  }

  package func array() throws(JSONError) -> [JSONNode] {
    guard case .array(let elements) = value else { throw wrong("an array") }
    return elements.enumerated().map { child($1, "\(path)[\($0)]") }
  }

  package func string() throws(JSONError) -> String {
    guard case .string(let text) = value else { throw wrong("a string") }
    return text
  }

  /// The same, as Go reads it: null is the empty text.
  package func text() throws(JSONError) -> String { value == .null ? "" : try string() }

  package func integer() throws(JSONError) -> Int64 {
    guard case .integer(let number) = value else { throw wrong("a whole number") }
    return number
  }

  package func strings() throws(JSONError) -> [String] {
    var texts: [String] = []
    for node in try array() { texts.append(try node.string()) }
    return texts
  }

  package func wrong(_ expected: String) -> JSONError {
    .type(path: path, expected: expected, found: value.kind)
  }

  /// The part at this position: an element of an array, or the value of an object's member.
  func descending(to index: Int) -> JSONNode {
    switch value {
    case .array(let elements): child(elements[index], "\(path)[\(index)]")
    case .object(let members): child(members[index].value, path(to: members[index].name))
    default: self
    }
  }

  private func object() throws(JSONError) -> [JSONMember] {
    guard case .object(let members) = value else { throw wrong("an object") }
    return members
  }

  private func child(_ value: JSONValue, _ path: String) -> JSONNode { JSONNode(value, path: path, names: names) }

  private func found(_ member: JSONMember?) -> JSONNode? {
    guard let member, member.value != .null else { return nil }
    return child(member.value, path(to: member.name))
  }

  private func path(to name: String) -> String {
    let isWord =
      !name.isEmpty && name.utf8.allSatisfy { $0 == UInt8(ascii: "_") || $0 == UInt8(ascii: "-") || $0.isAlphanumeric }
    if isWord { return path.isEmpty ? name : "\(path).\(name)" }
    return "\(path)[\(String(decoding: JSONValue.string(name).encoded(), as: UTF8.self))]"
  }
}

extension JSONValue {
  /// What Go has in a field that it has read before, and reads again: it adds the entries of a map to those that it has. With
  /// null, a map or a list becomes empty, and everything else stays as it is.
  fileprivate func replaced(by next: JSONValue) -> JSONValue {
    switch (self, next) {
    case (.object(let members), .object(let more)): .object(members + more)
    case (.object, .null), (.array, .null): .null
    case (_, .null): self
    default: next
    }
  }
}

extension UInt8 {
  fileprivate var isAlphanumeric: Bool {
    (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(self)
      || (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(self | 0x20)
  }
}
