import LocalSystem

/// One entry of a tar archive, with its content.
struct TarEntry {
  let name: String
  var prefix = ""
  var type = "0"
  let content: [UInt8]
  var magic = "ustar\u{0}00"
  var trailer = ""
  /// Instead of that of the content.
  var size: String?
  var hasBinarySize = false

  var bytes: [UInt8] {
    var header = [UInt8](repeating: 0, count: 512)
    func put(_ text: String, _ offset: Int) {
      header.replaceSubrange(offset..<offset + text.utf8.count, with: text.utf8)
    }
    put(name, 0)
    put("0000644", 100)
    put(size ?? octal(content.count, 11), 124)
    if hasBinarySize {
      header[124] = 0x80
      for index in 125..<136 {
        let shift = (135 - index) * 8
        header[index] = shift < 64 ? UInt8(truncatingIfNeeded: content.count >> shift) : 0
      }
    }
    put("        ", 148)
    put(type, 156)
    put(magic, 257)
    put(prefix, 345)
    put(trailer, 508)
    put(octal(header.reduce(0) { $0 + Int($1) }, 6) + "\0 ", 148)
    return header + content + [UInt8](repeating: 0, count: (512 - content.count % 512) % 512)
  }

  private func octal(_ number: Int, _ count: Int) -> String {
    let digits = String(number, radix: 8)
    return String(repeating: "0", count: count - digits.count) + digits
  }
}

extension TarEntry {
  /// A line in the content of an entry of type `x` or `g`.
  static func property(_ name: String, _ value: String) -> [UInt8] {
    let rest = " \(name)=\(value)\n".utf8.count
    let length = rest + "\(rest)".utf8.count
    return Array("\("\(length)".utf8.count + rest) \(name)=\(value)\n".utf8)
  }

  /// The files of a layout as an archive.
  static func archive(
    of fixture: LayoutFixture,
    _ entry: (String, [UInt8]) -> [UInt8] = { TarEntry(name: $0, content: $1).bytes }
  ) throws -> [UInt8] {
    try LayoutWritingTests.files(fixture.path).flatMap { name in
      try entry(name, File.contents(of: "\(fixture.path)/\(name)"))
    }
  }
}
