import JSON

/// Makes indexes with known and unknown members of every kind, in any order. The same seed always makes the same index.
struct IndexGenerator {
  private var random: SplitMix64

  init(seed: UInt64) { random = SplitMix64(state: seed) }

  mutating func index() -> JSONValue {
    var members = [member("manifests", .array(list { $0.descriptor() }))]
    members.append(member("schemaVersion", 2))
    if flip() { members.append(member("mediaType", "application/vnd.oci.image.index.v1+json")) }
    if flip() { members.append(member("subject", flip() ? descriptor() : .null)) }
    return object(members + common())
  }

  private mutating func descriptor() -> JSONValue {
    var members = [
      member("mediaType", flip() ? "application/vnd.oci.image.manifest.v1+json" : "application/x"),
      member("size", .integer(flip() ? .random(in: 0...10_000, using: &random) : .max)),
      member("digest", .string("sha256:" + String(repeating: flip() ? "a" : "0", count: 64))),
    ]
    if flip() { members.append(member("platform", platform())) }
    if flip() { members.append(member("urls", .array([.string(text())]))) }
    if flip() { members.append(member("data", "YQ==")) }
    return object(members + common())
  }

  private mutating func platform() -> JSONValue {
    var members: [JSONMember] = []
    for name in ["os", "architecture", "variant", "os.version"] where !one(of: 8) {
      members.append(member(name, one(of: 5) ? "unknown" : one(of: 6) ? .null : .string(one(of: 6) ? "" : word())))
    }
    if flip() { members.append(member("os.features", one(of: 4) ? [] : ["win32k", .string(word())])) }
    return object(members + unknown())
  }

  /// What an index and a descriptor can both have, also with nulls.
  private mutating func common() -> [JSONMember] {
    var members = unknown()
    if flip() {
      let annotations = list { JSONMember(name: $0.text(), value: $0.one(of: 5) ? .null : .string($0.text())) }
      members.append(member("annotations", one(of: 5) ? .null : object(annotations)))
    }
    if flip() { members.append(member("artifactType", one(of: 5) ? .null : "application/vnd.example+json")) }
    return members
  }

  private mutating func unknown() -> [JSONMember] {
    list { JSONMember(name: "x-" + $0.text(), value: $0.value(depth: 3)) }
  }

  private mutating func value(depth: Int) -> JSONValue {
    switch Int.random(in: 0...(depth > 0 ? 7 : 5), using: &random) {
    case 0: return .null
    case 1: return .bool(flip())
    case 2: return .integer(.random(in: .min ... .max, using: &random))
    case 3: return .real(Double.random(in: -1...1, using: &random) * (flip() ? 1e300 : 1e-300))
    case 4: return .real(.random(in: -1000...1000, using: &random).rounded() + 0.5)
    case 5: return .string(text())
    case 6: return .array(list { $0.value(depth: depth - 1) })
    default: return object(list { JSONMember(name: $0.text(), value: $0.value(depth: depth - 1)) })
    }
  }

  private mutating func text() -> String {
    let pieces = ["a", "Z", "0", "é", "e\u{301}", "\"", "\\", "/", "\n", "\u{7F}", "\u{2028}", "😀", "漢", " ", "."]
    return (0..<Int.random(in: 1...6, using: &random)).map { _ in pieces.randomElement(using: &random) ?? "" }.joined()
  }

  /// What a part of a platform can be.
  private mutating func word() -> String { String(text().filter { $0.isASCII && $0 != "\n" && $0 != "\u{7F}" }) }

  /// In any order, without two members of one name.
  private mutating func object(_ members: [JSONMember]) -> JSONValue {
    var names: Set<String> = []
    return .object(members.filter { names.insert($0.name).inserted }.shuffled(using: &random))
  }

  private mutating func list<Element>(_ make: (inout IndexGenerator) -> Element) -> [Element] {
    (0..<Int.random(in: 0...3, using: &random)).map { _ in make(&self) }
  }

  private func member(_ name: String, _ value: JSONValue) -> JSONMember { JSONMember(name: name, value: value) }
  private mutating func flip() -> Bool { .random(using: &random) }
  private mutating func one(of count: Int) -> Bool { Int.random(in: 0..<count, using: &random) == 0 }
}

/// A small generator of random numbers with a seed: https://prng.di.unimi.it/splitmix64.c
private struct SplitMix64: RandomNumberGenerator {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var bits = state
    bits = (bits ^ (bits >> 30)) &* 0xBF58_476D_1CE4_E5B9
    bits = (bits ^ (bits >> 27)) &* 0x94D0_49BB_1331_11EB
    return bits ^ (bits >> 31)
  }
}
