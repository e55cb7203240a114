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

  private let members: [JSONMember]
  /// What the properties were when the members were read.
  private let known: Known

  /// For a value that was not read.
  init() {
    members = []
    known = [:]
  }

  init(of node: JSONNode, known: Known) throws(JSONError) {
    members = try node.members().map { JSONMember(name: $0.name, value: $0.node.value) }
    self.known = known
  }

  /// The members as they were read, with those replaced whose property has changed since. New ones follow at the end.
  func object(with current: Known) -> JSONValue {
    let changed = current.filter { name, value in value != known[name] }
    let kept = members.compactMap { member -> JSONMember? in
      guard let change = changed.first(where: { $0.key == member.name }) else { return member }
      return change.value.map { JSONMember(name: member.name, value: $0) }
    }
    let added = changed.compactMap { name, value -> JSONMember? in
      guard let value, !members.contains(where: { $0.name == name }) else { return nil }
      return JSONMember(name: name, value: value)
    }
    return .object(kept + added)
  }

  private var unknown: Set<JSONMember> {
    Set(members.filter { member in !known.contains { $0.key == member.name } })
  }
}

/// Equal where the unknown members are equal, in any order. The known ones are compared as properties.
extension PreservedMembers: Hashable {
  static func == (one: PreservedMembers, other: PreservedMembers) -> Bool { one.unknown == other.unknown }
  func hash(into hasher: inout Hasher) { hasher.combine(unknown) }
}

extension KeyValuePairs where Key == String, Value == JSONValue? {
  fileprivate subscript(name: String) -> JSONValue? { first { $0.key == name }?.value }
}

// MARK: - Members that descriptors and indexes share

extension JSONNode {
  /// The `annotations`; none where the member has another form. It is still preserved.
  var annotations: [String: String] {
    guard let members = try? optional("annotations")?.members() else { return [:] }
    var annotations: [String: String] = [:]
    for member in members {
      guard let text = try? member.node.string() else { return [:] }
      annotations[member.name] = text
    }
    return annotations
  }

  /// The `artifactType`; nil where there is none, or it has another form.
  var artifactType: MediaType? {
    guard let node = try? optional("artifactType") else { return nil }
    return try? MediaType(node)
  }
}

extension [String: String] {
  /// As a member of a descriptor or index: sorted by key, so that the same annotations always give the same bytes.
  var annotationsMember: JSONValue? {
    guard !isEmpty else { return nil }
    return .object(sorted { $0.key < $1.key }.map { JSONMember(name: $0.key, value: .string($0.value)) })
  }
}
