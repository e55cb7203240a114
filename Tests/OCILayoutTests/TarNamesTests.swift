import LocalSystem
import OCI
import TestSupport
import Testing

@testable import OCILayout

/// Which file of a layout an entry of an archive is. Programs that read another one would get another image.
@Suite struct TarNamesTests {
  /// As Go's archive/tar reads them, so that skopeo and this program find the same image.
  static let otherNames: [(before: [UInt8], name: String, isIndex: Bool)] = [
    ([], "././/index.json", true), ([], "blobs/index.json", false), (longLink, "index.json", true),
    (deepLink, "index.json", true),
    (
      TarEntry(name: "L", type: "L", content: Array("index.json".utf8) + [0]).bytes
        + TarEntry(name: "x", type: "x", content: TarEntry.property("path", "other")).bytes, "third", true
    ),
    (TarEntry(name: "x", type: "x", content: TarEntry.property("path", "")).bytes, "index.json", true),
    (
      TarEntry(name: "x", type: "x", content: TarEntry.property("path", "other")).bytes
        + TarEntry(name: "x", type: "x", content: TarEntry.property("mtime", "1.5")).bytes, "index.json", true
    ),
  ]

  /// Go forgets what stands before a global header.
  @Test func whatIsBeforeAGlobalHeaderIsForgotten() throws {
    let fixture = try LayoutFixture()
    let directory = try TemporaryDirectory()
    let global = TarEntry(name: "g", type: "g", content: TarEntry.property("comment", "x")).bytes
    for before in [
      TarEntry(name: "L", type: "L", content: Array("other".utf8) + [0]).bytes,
      TarEntry(name: "x", type: "x", content: TarEntry.property("path", "other")).bytes,
    ] {
      let last = TarEntry(name: "index.json", content: Array(#"{"manifests": []}"#.utf8)).bytes
      try FileReplacement.replace(
        "\(directory.path)/a.tar",
        with: TarEntry.archive(of: fixture) + before + global + last
      )
      #expect(try LayoutArchive(reading: "\(directory.path)/a.tar").index().manifests.isEmpty)
    }
  }

  private static let longName = [UInt8](repeating: UInt8(ascii: "d"), count: 1024)
  private static let longLink =
    TarEntry(name: "L", type: "L", content: longName).bytes + TarEntry(name: "x", type: "2", content: []).bytes
  /// In a directory with a long path, which is no link.
  private static let deepLink =
    TarEntry(name: "L", type: "L", content: longName + Array("/x".utf8)).bytes
    + TarEntry(name: "x", type: "2", content: []).bytes

  static let misread: [(bytes: [UInt8], problem: String)] = [
    (
      TarEntry(name: "d", type: "2", content: []).bytes + TarEntry(name: "./d/index.json", content: []).bytes,
      "the path of an entry leads through a link: ./d/index.json"
    ),
    (
      longLink + TarEntry(name: "L", type: "L", content: longName + Array("/x".utf8)).bytes
        + TarEntry(name: "x", content: []).bytes, "the path of an entry leads through a link: ddd"
    ),
    (
      TarEntry(name: "index.json", prefix: String(repeating: "x", count: 140), content: [], trailer: "tar\0").bytes,
      "there is no header of an entry at"
    ),
    (
      TarEntry(name: "index.json", prefix: "other", content: [], magic: "ustar  ").bytes,
      "there is no header of an entry at"
    ),
    (
      TarEntry(name: "x", type: "x", content: Array("12 path=xyz\nzzz".utf8)).bytes,
      "the properties of an entry cannot be read"
    ),
    (TarEntry(name: "x/", type: "\0", content: [0]).bytes, "the name of an entry is x/, and it has content"),
    (TarEntry(name: "x", type: "S", content: []).bytes, "it has a sparse file"),
  ]

  @Test(arguments: misread.indices)
  func refusesWhatProgramsReadInDifferentWays(_ index: Int) async throws {
    let fixture = try LayoutFixture()
    let directory = try TemporaryDirectory()
    try FileReplacement.replace(
      "\(directory.path)/a.tar",
      with: TarEntry.archive(of: fixture) + Self.misread[index].bytes
    )
    let found = await message(directory.path) { _ = try LayoutArchive(reading: "\(directory.path)/a.tar") }
    #expect(found.hasPrefix("DIR/a.tar: the tar archive is damaged: \(Self.misread[index].problem)"))
  }

  @Test(arguments: otherNames.indices)
  func namesAreReadAsGoDoes(_ index: Int) throws {
    let (before, name, isIndex) = Self.otherNames[index]
    let fixture = try LayoutFixture()
    let directory = try TemporaryDirectory()
    let last = before + TarEntry(name: name, content: Array(#"{"manifests": []}"#.utf8)).bytes
    try FileReplacement.replace("\(directory.path)/a.tar", with: TarEntry.archive(of: fixture) + last)
    let layout = try LayoutArchive(reading: "\(directory.path)/a.tar")
    #expect(try layout.index().manifests.isEmpty == isIndex)
  }

  /// Two times follow the prefix, which is shorter then.
  @Test(arguments: [("tar\0", "0", true), ("", "0", false)])
  func starsHeadersAreReadAsGoDoes(trailer: String, time: String, isIndex: Bool) throws {
    let directory = try TemporaryDirectory()
    let content = Array(#"{"manifests": []}"#.utf8)
    let entry = TarEntry(name: "index.json", prefix: Self.prefix + time, content: content, trailer: trailer)
    try FileReplacement.replace("\(directory.path)/a.tar", with: TarEntry.archive(of: LayoutFixture()) + entry.bytes)
    #expect(try LayoutArchive(reading: "\(directory.path)/a.tar").index().manifests.isEmpty == isIndex)
  }

  private static let prefix = String(repeating: "./", count: 65) + "."

  /// A binary number of 12 bytes: 63 bits, and negative where the second bit is set.
  @Test(arguments: [
    ([0x80] + Array(repeating: 0, count: 10) + [1], true), (Array(repeating: 0xFF, count: 12), true),
    ([0x80, 0, 0, 0, 0x7F] + Array(repeating: 0xFF, count: 7), true),
    ([0xBF] + Array(repeating: 0x11, count: 11), false),
    ([0x80, 0, 0, 0, 0x80] + Array(repeating: 0, count: 7), false),
    ([0xFF, 0] + Array(repeating: 0, count: 10), false),
  ])
  func timesAreThoseOfGo(time: [UInt8], isTime: Bool) {
    var block = TarEntry(name: "index.json", prefix: Self.prefix, content: [], trailer: "tar\0").bytes
    block.replaceSubrange(476..<488, with: time)
    block.replaceSubrange(148..<156, with: Array(repeating: UInt8(ascii: " "), count: 8))
    let sum = String(block.prefix(512).reduce(0) { $0 + Int($1) }, radix: 8)
    block.replaceSubrange(148..<156, with: Array("\(sum)\0       ".utf8.prefix(8)))
    #expect((TarHeader(Array(block.prefix(512))) != nil) == isTime)
  }

  /// To compare each of its parents as a whole with the links would take half an hour.
  @Test func aNameOfManyPartsTakesNoTime() throws {
    let directory = try TemporaryDirectory()
    let name = String(repeating: "a/", count: 500_000) + "b"
    let link = TarEntry(name: "link", type: "2", content: []).bytes
    let entry = TarEntry(name: "L", type: "L", content: Array(name.utf8)).bytes + TarEntry(name: "x", content: []).bytes
    try FileReplacement.replace("\(directory.path)/a.tar", with: TarEntry.archive(of: LayoutFixture()) + link + entry)
    let start = ContinuousClock.now
    _ = try LayoutArchive(reading: "\(directory.path)/a.tar")
    #expect(ContinuousClock.now - start < .seconds(5))
  }

  @Test(arguments: ["/index.json", "../index.json", "x/../index.json", "blobs/../oci-layout"])
  func filesOfALayoutAreInItsDirectory(_ name: String) async throws {
    let fixture = try LayoutFixture()
    let directory = try TemporaryDirectory()
    let bytes = try TarEntry.archive(of: fixture) + TarEntry(name: name, content: []).bytes
    try FileReplacement.replace("\(directory.path)/a.tar", with: bytes)
    let found = await message(directory.path) { _ = try LayoutArchive(reading: "\(directory.path)/a.tar") }
    #expect(found == "DIR/a.tar: the tar archive is damaged: the name of an entry is \(name)")
  }
}
