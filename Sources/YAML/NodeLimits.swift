/// Bounds what texts can become: small ones could otherwise use up the stack of a thread, or the memory. The values of all
/// texts that are read with the same limits count together.
package struct NodeLimits: Sendable {
  static let depth = 32
  /// The program then takes at most 64 MiB.
  static let count = 100_000

  private var count = 0

  package init() {}

  /// One more value or key has been read.
  ///
  /// - Parameter depth: How many sequences and mappings it is in.
  mutating func add(depth: Int, line: Int) throws(YAMLError) {
    count += 1
    if depth > Self.depth { throw YAMLError(line: line, .tooDeep(limit: Self.depth)) }
    if count > Self.count { throw YAMLError(line: line, .tooManyValues(limit: Self.count)) }
  }
}

/// The members of a mapping, each with a key of its own.
struct MemberList {
  private(set) var members: [YAMLMember] = []
  private var names: Set<String> = []

  mutating func checkKey(_ name: String, line: Int) throws(YAMLError) {
    if !names.insert(name).inserted { throw YAMLError(line: line, .duplicateKey(name)) }
  }

  mutating func append(_ name: String, line: Int, _ value: YAMLNode) {
    members.append(YAMLMember(name: name, line: line, value: value))
  }
}
