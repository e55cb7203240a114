/// What reading a JSON text takes, found in one pass over its bytes before anything is allocated.
///
/// Four MiB of `[{},{},…]` would otherwise become hundreds of MiB, and a text of thousands of brackets would use up the
/// small stack of a thread. The estimate is an upper bound for what a text takes at one time, in jansson and as a
/// `JSONValue`, on 64 bits.
struct JSONCost {
  /// How many objects and arrays stand in one another.
  private(set) var depth = 0
  /// In bytes.
  private(set) var memory = 0

  /// Configs and indexes have fewer than ten levels.
  static let maximumDepth = 128
  /// 30 MiB, which is enough for an index of 10,000 images. The program then takes at most 64 MiB.
  static let maximumMemory = 30 << 20

  init(of bytes: [UInt8]) {
    var level = 0
    // The last bit is 1 within an array. More levels than bits are refused.
    var arrays: UInt128 = 0
    bytes.withUnsafeBytes { bytes in
      var position = 0
      while position < bytes.count {
        switch bytes[position] {
        case UInt8(ascii: "{"), UInt8(ascii: "["):
          level += 1
          arrays = arrays << 1 | (bytes[position] == UInt8(ascii: "[") ? 1 : 0)
          depth = max(depth, level)
          memory += bytes[position] == UInt8(ascii: "{") ? Self.object : Self.array
        case UInt8(ascii: "}"), UInt8(ascii: "]"):
          level -= 1
          arrays >>= 1
        case UInt8(ascii: ":"): memory += Self.member
        case UInt8(ascii: ","): memory += arrays & 1 == 1 ? Self.element : Self.value
        case UInt8(ascii: "\""):
          let start = position
          position = Self.endOfString(in: bytes, from: start)
          let length = position - start
          memory += Self.string + 2 * length + (length > 15 ? Self.longString : 0)
        default: break
        }
        position += 1
      }
    }
  }

  /// - Throws: `JSONError` if the text is too deep, or would take too much memory.
  static func check(_ bytes: [UInt8]) throws(JSONError) {
    let cost = JSONCost(of: bytes)
    if cost.depth > maximumDepth { throw .tooDeep(limit: maximumDepth) }
    if cost.memory > maximumMemory { throw .tooComplex }
  }

  // In bytes, with the overhead of the allocator; measured.
  private static let object = 240
  private static let array = 144
  private static let string = 80
  /// More than 15 bytes are not within a Swift string.
  private static let longString = 32
  /// A pair in a hash table, a `JSONMember`, and what a reader makes of it, without the name and the value.
  private static let member = 128
  /// A number, without its name.
  private static let value = 64
  /// A number, its place in an array, and the `JSONNode` with its path that a reader makes of each element.
  private static let element = 128

  /// The position of the closing quotation mark, or the end of the text.
  private static func endOfString(in bytes: UnsafeRawBufferPointer, from start: Int) -> Int {
    var position = start + 1
    while position < bytes.count, bytes[position] != UInt8(ascii: "\"") {
      position += bytes[position] == UInt8(ascii: "\\") ? 2 : 1
    }
    return position
  }
}
