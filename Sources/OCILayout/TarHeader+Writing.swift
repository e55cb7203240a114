extension TarHeader {
  /// What stands before the bytes of a regular file. Everything that differs between two runs is left out: the same images
  /// make the same archive.
  ///
  /// - Parameters:
  ///   - name: A path in ASCII, without `..`.
  ///   - size: In bytes.
  static func bytes(forFile name: String, size: Int64) -> [UInt8] {
    guard name.utf8.count > 100 else { return block(name, size, kind: "0") }
    // The blobs of sha512. The name in the block itself is then not read.
    let line = Array(propertyLine("path=\(name)").utf8)
    let padding = [UInt8](repeating: 0, count: (Self.size - line.count % Self.size) % Self.size)
    return block("properties", Int64(line.count), kind: "x") + line + padding
      + block(String(name.suffix(100)), size, kind: "0")
  }

  /// `LENGTH NAME=VALUE`, where the length is that of the whole line, with its own digits.
  private static func propertyLine(_ text: String) -> String {
    let rest = text.utf8.count + 2
    var length = rest + 1
    while "\(length)".utf8.count + rest != length { length = "\(length)".utf8.count + rest }
    return "\(length) \(text)\n"
  }

  private static func block(_ name: String, _ size: Int64, kind: String) -> [UInt8] {
    var block = [UInt8](repeating: 0, count: Self.size)
    func set(_ text: String, at offset: Int) {
      block.replaceSubrange(offset..<offset + text.utf8.count, with: text.utf8)
    }
    func octal(_ number: Int64, digits: Int) -> String {
      let text = String(number, radix: 8)
      return String(repeating: "0", count: max(0, digits - text.count)) + text
    }
    set(name, at: 0)
    set(octal(0o644, digits: 7), at: 100)
    set(octal(0, digits: 7), at: 108)
    set(octal(0, digits: 7), at: 116)
    if size < 1 << 33 {
      set(octal(size, digits: 11), at: 124)
    } else {
      // Binary, where the first bit is set: GNU's way for 8 GiB and more, which all programs read.
      block[124] = 0x80
      for index in 0..<8 { block[128 + index] = UInt8(truncatingIfNeeded: size >> (8 * (7 - Int64(index)))) }
    }
    set(octal(0, digits: 11), at: 136)
    set(kind, at: 156)
    set("ustar\0" + "00", at: 257)
    let sum = block.reduce(8 * Int64(UInt8(ascii: " "))) { $0 + Int64($1) }
    set(octal(sum, digits: 6) + "\0 ", at: 148)
    return block
  }
}
