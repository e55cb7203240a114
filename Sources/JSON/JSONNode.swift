/// A value and where it was found, so that a reader of someone else's JSON can say which part is wrong.
///
///     let manifests = try JSONNode(value).required("manifests").array()
package struct JSONNode: Sendable {
  package let value: JSONValue
  /// `auths["ghcr.io"].auth`; empty for the outermost value.
  package let path: String

  package init(_ value: JSONValue, path: String = "") {
    self.value = value
    self.path = path
  }

  /// The members of an object, in their order.
  package func members() throws(JSONError) -> [(name: String, node: JSONNode)] {
    guard case .object(let members) = value else { throw wrong("an object") }
    return members.map { ($0.name, JSONNode($0.value, path: path(to: $0.name))) }
  }

  /// The member of this name; nil where there is none or it is null.
  package func optional(_ name: String) throws(JSONError) -> JSONNode? {
    guard case .object(let members) = value else { throw wrong("an object") }
    // From the end: where a name stands twice, the last one counts.
    guard let member = members.last(where: { $0.name == name }), member.value != .null else { return nil }
    return JSONNode(member.value, path: path(to: name))
  }

  package func required(_ name: String) throws(JSONError) -> JSONNode {
    guard let node = try optional(name) else { throw .missing(path: path(to: name)) }
    return node
  }

  package func array() throws(JSONError) -> [JSONNode] {
    guard case .array(let elements) = value else { throw wrong("an array") }
    return elements.enumerated().map { JSONNode($1, path: "\(path)[\($0)]") }
  }

  package func string() throws(JSONError) -> String {
    guard case .string(let text) = value else { throw wrong("a string") }
    return text
  }

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

  private func path(to name: String) -> String {
    let isWord =
      !name.isEmpty && name.utf8.allSatisfy { $0 == UInt8(ascii: "_") || $0 == UInt8(ascii: "-") || $0.isAlphanumeric }
    if isWord { return path.isEmpty ? name : "\(path).\(name)" }
    return "\(path)[\(String(decoding: JSONValue.string(name).encoded(), as: UTF8.self))]"
  }
}

extension UInt8 {
  fileprivate var isAlphanumeric: Bool {
    (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(self)
      || (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(self | 0x20)
  }
}
