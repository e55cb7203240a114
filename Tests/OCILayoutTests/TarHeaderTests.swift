import Testing

@testable import OCILayout

@Suite struct TarHeaderTests {
  @Test(arguments: [0, 1, 511, 1 << 33 - 1, 1 << 33, .max] as [Int64])
  func sizesAreReadAsTheyWereWritten(size: Int64) throws {
    let header = try #require(TarHeader(TarHeader.bytes(forFile: "blobs/sha256/a", size: size)))
    #expect(header.contentSize == size)
    #expect(header.kind == .file)
    #expect(header.name == "blobs/sha256/a")
  }

  /// The length of the line counts its own digits.
  @Test(arguments: [101, 140, 489, 490, 491, 600])
  func longNamesAreProperties(length: Int) throws {
    let name = String(repeating: "n", count: length)
    let bytes = TarHeader.bytes(forFile: name, size: 5)
    let properties = try #require(TarHeader(Array(bytes.prefix(512))))
    #expect(properties.kind == .properties)
    let line = "\(properties.contentSize) path=\(name)\n"
    #expect(String(decoding: bytes[512..<512 + Int(properties.contentSize)], as: UTF8.self) == line)
    #expect(bytes.count % 512 == 0)
    #expect(try #require(TarHeader(Array(bytes.suffix(512)))).contentSize == 5)
  }
}
