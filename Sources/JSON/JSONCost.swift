/// What reading a JSON text takes, found in one pass over its bytes before anything is allocated.
///
/// Four MiB of `[{},{},…]` would otherwise become hundreds of MiB, and a text of thousands of brackets would use up the
/// small stack of a thread. The estimate is an upper bound for jansson's tree and the `JSONValue` together, on 64 bits.
struct JSONCost {
  /// How many objects and arrays stand in one another.
  private(set) var depth = 0
  /// In bytes.
  private(set) var memory = 0

  /// Configs and indexes have fewer than ten levels.
  static let maximumDepth = 128
  /// 40 MiB. An index of 4 MiB takes about 30.
  static let maximumMemory = 40 << 20

  init(of bytes: [UInt8]) {
    var level = 0
    bytes.withUnsafeBytes { bytes in
      var position = 0
      while position < bytes.count {
        switch bytes[position] {
        case UInt8(ascii: "{"), UInt8(ascii: "["):
          level += 1
          depth = max(depth, level)
          memory += bytes[position] == UInt8(ascii: "{") ? Self.object : Self.array
        case UInt8(ascii: "}"), UInt8(ascii: "]"): level -= 1
        case UInt8(ascii: ":"): memory += Self.member
        case UInt8(ascii: ","): memory += Self.value
        case UInt8(ascii: "\""):
          let start = position
          position = Self.endOfString(in: bytes, from: start)
          memory += Self.string + 2 * (position - start)
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

  // In bytes, with the overhead of the allocator.
  private static let object = 224 + 32
  private static let array = 128 + 32
  /// Of an object, without its name and its value: a pair in a hash table, and a `JSONMember`.
  private static let member = 160
  /// A number, and its place in an array.
  private static let value = 72
  private static let string = 112

  /// The position of the closing quotation mark, or the end of the text.
  private static func endOfString(in bytes: UnsafeRawBufferPointer, from start: Int) -> Int {
    var position = start + 1
    while position < bytes.count, bytes[position] != UInt8(ascii: "\"") {
      position += bytes[position] == UInt8(ascii: "\\") ? 2 : 1
    }
    return position
  }
}
