/// Where an object's members are in the bytes of a JSON text.
struct JSONObjectSpan: Sendable {
  struct Member: Sendable {
    /// The blanks before the name.
    let lead: Range<Int>
    /// With its quotes.
    let name: Range<Int>
    let text: String
    let value: Range<Int>
    /// Of the value, if it is an object.
    let object: JSONObjectSpan?
  }

  /// Between the braces.
  let inside: Range<Int>
  let members: [Member]

  /// A member with the comma and the blanks that go when it goes.
  func extent(of member: Member) -> Range<Int> {
    guard let index = members.firstIndex(where: { $0.name == member.name }) else { return member.value }
    if index > 0 { return members[index - 1].value.upperBound..<member.value.upperBound }
    if members.count > 1 { return member.name.lowerBound..<members[1].name.lowerBound }
    return inside
  }
}

/// Walks over a text that is known to be one JSON object.
struct JSONScanner {
  private let bytes: [UInt8]
  private var position = 0

  init(_ bytes: [UInt8]) { self.bytes = bytes }

  mutating func object() -> JSONObjectSpan {
    _ = blanks()
    position += 1
    let start = position
    var members: [JSONObjectSpan.Member] = []
    while position < bytes.count {
      let lead = blanks()
      guard next == UInt8(ascii: "\"") else { break }
      members.append(member(lead))
      _ = blanks()
      guard next == UInt8(ascii: ",") else { break }
      position += 1
    }
    let last = members.last?.value.upperBound ?? start
    position = bytes[last...].firstIndex(of: UInt8(ascii: "}")) ?? bytes.count
    defer { position += 1 }
    return JSONObjectSpan(inside: start..<position, members: members)
  }

  private var next: UInt8? { position < bytes.count ? bytes[position] : nil }

  private mutating func member(_ lead: Range<Int>) -> JSONObjectSpan.Member {
    let name = string()
    _ = blanks()
    position += 1
    _ = blanks()
    let start = position
    let object = next == UInt8(ascii: "{") ? object() : nil
    if object == nil { skipValue() }
    var text = ""
    if case .string(let decoded)? = try? JSONValue(decoding: Array(bytes[name]), dialect: .go) { text = decoded }
    return .init(lead: lead, name: name, text: text, value: start..<position, object: object)
  }

  private mutating func blanks() -> Range<Int> {
    let start = position
    while next?.isBlank == true { position += 1 }
    return start..<position
  }

  private mutating func string() -> Range<Int> {
    let start = position
    position += 1
    while let byte = next, byte != UInt8(ascii: "\"") { position += byte == UInt8(ascii: "\\") ? 2 : 1 }
    position += 1
    return start..<position
  }

  /// A string, a list with all that is in it, or a word of letters and digits.
  private mutating func skipValue() {
    var depth = 0
    while let byte = next {
      switch byte {
      case UInt8(ascii: "\""): _ = string()
      case UInt8(ascii: "["), UInt8(ascii: "{"):
        depth += 1
        position += 1
      case UInt8(ascii: "]") where depth > 0, UInt8(ascii: "}") where depth > 0:
        depth -= 1
        position += 1
      case UInt8(ascii: ","), UInt8(ascii: "}"), 0x20, 0x09, 0x0A, 0x0D:
        if depth == 0 { return }
        position += 1
        continue
      default:
        position += 1
        continue
      }
      if depth == 0 { return }
    }
  }
}
