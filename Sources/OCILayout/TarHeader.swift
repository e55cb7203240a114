/// The header of an entry in a tar archive: a block of 512 bytes.
///
/// POSIX, "ustar Interchange Format": https://pubs.opengroup.org/onlinepubs/9799919799/utilities/pax.html
struct TarHeader {
  static let size = 512

  /// What an entry is.
  enum Kind {
    case file
    /// A directory or a device: nothing follows the header.
    case withoutContent
    /// The name of the next entry, in GNU's way.
    case longName
    /// Properties of the next entry, in the way of POSIX.
    case properties
    /// Something about the next entry that does not matter here.
    case remark
    /// Properties of all entries, which do not matter here.
    case globalProperties
    /// A file with holes, in GNU's older way: more headers may follow.
    case sparse
    /// Another name for an entry, or for what is outside of the archive.
    case link
    /// An entry of a kind that this program does not know.
    case other

    /// True if properties before the header can state another size.
    var hasProperties: Bool { self == .file || self == .other }
  }

  let name: String
  /// Of what follows the header, in bytes.
  let contentSize: Int64
  let kind: Kind

  /// - Returns: Nil if the block is not a header.
  init?(_ block: [UInt8]) {
    guard block.count == Self.size, let size = block.number(at: 124..<136), Self.hasRightSum(block) else { return nil }
    switch block[156] {
    case 0, UInt8(ascii: "0"), UInt8(ascii: "7"): kind = .file
    case UInt8(ascii: "1"), UInt8(ascii: "2"): kind = .link
    case UInt8(ascii: "3")...UInt8(ascii: "6"): kind = .withoutContent
    case UInt8(ascii: "S"): kind = .sparse
    case UInt8(ascii: "L"): kind = .longName
    case UInt8(ascii: "x"): kind = .properties
    case UInt8(ascii: "K"): kind = .remark
    case UInt8(ascii: "g"): kind = .globalProperties
    default: kind = .other
    }
    contentSize = kind == .withoutContent || kind == .link ? 0 : size
    // GNU's older format has times in the place of the prefix. Where there are none, Go takes it for a prefix all the same.
    if block[257..<265].elementsEqual("ustar  \0".utf8) {
      guard block.number(at: 345..<357) != nil, block.number(at: 357..<369) != nil else { return nil }
    }
    var prefixField = block[257..<263].elementsEqual("ustar\0".utf8) ? 345..<500 : 345..<345
    // In star's format, times follow a shorter prefix.
    if !prefixField.isEmpty, block[508..<512].elementsEqual("tar\0".utf8) {
      guard block.number(at: 476..<488) != nil, block.number(at: 488..<500) != nil else { return nil }
      prefixField = 345..<476
    }
    let prefix = block.text(at: prefixField)
    name = prefix.isEmpty ? block.text(at: 0..<100) : "\(prefix)/\(block.text(at: 0..<100))"
  }

  /// The sum of all bytes, where those of the sum itself count as blanks.
  private static func hasRightSum(_ block: [UInt8]) -> Bool {
    let field = 148..<156
    let sum = block.indices.reduce(Int64(0)) { $0 + Int64(field.contains($1) ? UInt8(ascii: " ") : block[$1]) }
    return block.number(at: field) == sum
  }
}

extension [UInt8] {
  /// Up to the first zero.
  fileprivate func text(at range: Range<Int>) -> String {
    String(decoding: self[range].prefix { $0 != 0 }, as: UTF8.self)
  }

  /// Octal digits; or binary, where the first bit is set, for sizes of 8 GiB and more and for times before 1970.
  fileprivate func number(at range: Range<Int>) -> Int64? {
    if self[range.lowerBound] >= 0x80 {
      let isNegative = self[range.lowerBound] & 0x40 != 0
      var bytes = self[range].map { isNegative ? ~$0 : $0 }
      bytes[0] &= 0x7F
      guard bytes.dropLast(8).allSatisfy({ $0 == 0 }),
        let number = Int64(exactly: bytes.suffix(8).reduce(UInt64(0)) { $0 << 8 | UInt64($1) })
      else { return nil }
      return isNegative ? ~number : number
    }
    let isBlank = { (byte: UInt8) in byte == 0 || byte == UInt8(ascii: " ") }
    let digits = self[range].drop(while: isBlank).prefix { !isBlank($0) }
    guard !digits.isEmpty else { return 0 }
    guard digits.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "7")).contains($0) }) else { return nil }
    return Int64(String(decoding: digits, as: UTF8.self), radix: 8)
  }
}
