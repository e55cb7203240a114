import JSON

/// The members of the JSON object that a value was read from. They are written again with the value, so that members
/// which this program does not know survive, and all members keep their order.
///
/// A value that was read and is written unchanged gives an equal JSON value: the same members in the same order. White
/// space, escapes and the spelling of numbers (`1e2`, `100.0`) may differ. A whole number that does not fit in 64 bits is
/// refused when it is read, so it is never changed silently.
struct PreservedMembers: Sendable {
  /// The members that have a typed property, as the property is written; nil for a member that is left out.
  typealias Known = KeyValuePairs<String, JSONValue?>

  private enum Part: Sendable {
    /// The member of a typed property. Its value is that of the property: a large list is not kept twice.
    case property(String)
    indirect case unknown(JSONMember)
  }

  /// A member that was read in another form than its property is written, or was missing.
  private struct Difference: Sendable {
    let name: String
    let read: JSONValue?
    let written: JSONValue?
  }

  private var parts: [Part] = []
  private var differences: [Difference] = []

  /// For a value that was not read.
  init() {}

  init(of node: JSONNode, known: Known) throws(JSONError) {
    let members = try node.members()
    for (name, node) in members {
      guard let (name, written) = known.first(where: { $0.key == name }) else {
        parts.append(.unknown(JSONMember(name: name, value: node.value)))
        continue
      }
      parts.append(.property(name))
      if written != node.value { differences.append(Difference(name: name, read: node.value, written: written)) }
    }
    for (name, written) in known where written != nil && !hasMember(name) {
      differences.append(Difference(name: name, read: nil, written: written))
    }
  }

  /// What was read for a member whose property is written in another form, or not at all.
  func read(_ name: String) -> JSONValue? { differences.first { $0.name == name }?.read }

  /// True if there was no such member, though its property has a value.
  func lacks(_ name: String) -> Bool { differences.contains { $0.name == name && $0.read == nil } }

  /// The members as they were read, with those replaced whose property has changed since. New ones follow at the end.
  ///
  /// - Parameter required: Those that are written also if they were missing.
  func object(with current: Known, requiring required: Set<String> = []) -> JSONValue {
    let kept = parts.compactMap { part -> JSONMember? in
      switch part {
      case .unknown(let member): member
      case .property(let name): member(name, current[name])
      }
    }
    let added = current.compactMap { name, value -> JSONMember? in
      if hasMember(name) { return nil }
      return required.contains(name) ? value.map { JSONMember(name: name, value: $0) } : member(name, value)
    }
    return .object(kept + added)
  }

  /// - Parameter value: Of the property; nil if it is left out.
  private func member(_ name: String, _ value: JSONValue?) -> JSONMember? {
    let difference = differences.first { $0.name == name && $0.written == value }
    let value = difference == nil ? value : difference?.read
    return value.map { JSONMember(name: name, value: $0) }
  }

  private func hasMember(_ name: String) -> Bool {
    parts.contains { if case .property(name) = $0 { true } else { false } }
  }

  private var unknown: Set<JSONMember> {
    Set(parts.compactMap { if case .unknown(let member) = $0 { member } else { nil } })
  }
}

/// Equal where the unknown members are equal, in any order. The known ones are compared as properties.
extension PreservedMembers: Hashable {
  static func == (one: PreservedMembers, other: PreservedMembers) -> Bool { one.unknown == other.unknown }
  func hash(into hasher: inout Hasher) { hasher.combine(unknown) }
}

extension KeyValuePairs where Key == String, Value == JSONValue? {
  fileprivate subscript(name: String) -> JSONValue? { first { $0.key == name }?.value ?? nil }
}

// MARK: - Members that descriptors and indexes share

extension JSONNode {
  /// The `annotations`. As in Go, one that is null is the empty text.
  ///
  /// - Throws: `JSONError` if one has another form: programs that are written in Go refuse the document.
  func annotations() throws(JSONError) -> [String: String] {
    var annotations: [String: String] = [:]
    for (name, node) in try optional("annotations")?.members() ?? [] { annotations[name] = try node.text() }
    return annotations
  }

  /// The `artifactType`; nil where there is none.
  ///
  /// - Throws: `JSONError` if it is not a string.
  func artifactType() throws(JSONError) -> MediaType? { try optional("artifactType").map(MediaType.init) }
}

extension [String: String] {
  /// As a member of a descriptor or index: sorted by key, so that the same annotations always give the same bytes.
  var annotationsMember: JSONValue? {
    guard !isEmpty else { return nil }
    return .object(sorted { $0.key < $1.key }.map { JSONMember(name: $0.key, value: .string($0.value)) })
  }
}
