/// Finds members that one program reads and another does not, because their names are the same to Go.
enum JSONNameCheck {
  /// - Parameter maps: The names of members whose value is a map: its keys are data, and not the names of fields.
  /// - Throws: `JSONError.sameName` if Go takes the names of two members of one object for one.
  static func check(_ value: JSONValue, exceptIn maps: Set<String>) throws(JSONError) {
    guard let pair = firstPair(in: value, isMap: false, Set(maps.map(JSONNames.folded))) else { return }
    let node = pair.steps.reversed().reduce(JSONNode(value)) { $0.descending(to: $1) }
    throw .sameName(path: node.path, pair.first, pair.second)
  }

  /// Two members of one name, and the way to their object, from the inside out: a path for each value would take more time
  /// than the check.
  private struct Pair {
    let first: String
    let second: String
    var steps: [Int] = []
  }

  private static func firstPair(in value: JSONValue, isMap: Bool, _ maps: Set<String>) -> Pair? {
    switch value {
    case .array(let elements):
      for (index, element) in elements.enumerated() {
        guard var pair = firstPair(in: element, isMap: false, maps) else { continue }
        pair.steps.append(index)
        return pair
      }
    case .object(let members):
      // Bytes, as in Go: Swift takes two spellings of é for equal. A map becomes a dictionary, which has one of them only.
      var seen: [[UInt8]: String] = [:]
      var keys: Set<String> = []
      for (index, member) in members.enumerated() {
        let name = isMap ? member.name : JSONNames.folded(member.name)
        if let other = seen.updateValue(member.name, forKey: Array(name.utf8)) {
          return Pair(first: other, second: member.name)
        }
        if isMap, !keys.insert(name).inserted { return Pair(first: name, second: name) }
        guard var pair = firstPair(in: member.value, isMap: !isMap && maps.contains(name), maps) else { continue }
        pair.steps.append(index)
        return pair
      }
    default: break
    }
    return nil
  }
}
