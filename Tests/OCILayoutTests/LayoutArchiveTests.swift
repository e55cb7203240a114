import Glibc
import LocalSystem
import OCI
import TestSupport
import Testing

@testable import OCILayout

@Suite struct LayoutArchiveTests {
  static let forms: [(String, @Sendable (String, [UInt8]) -> [UInt8])] = [
    ("ustar", { TarEntry(name: $0, content: $1).bytes }),
    ("./", { TarEntry(name: "./\($0)", content: $1).bytes }),
    (
      "prefix",
      { name, content in
        let parts = name.split(separator: "/", maxSplits: 1).map(String.init)
        return TarEntry(name: parts.last ?? "", prefix: parts.count > 1 ? parts[0] : "", content: content).bytes
      }
    ),
    (
      "GNU",
      { name, content in
        TarEntry(name: "././@LongLink", type: "L", content: Array(name.utf8) + [0]).bytes
          + TarEntry(name: "wrong", content: content, magic: "ustar  \0").bytes
      }
    ),
    (
      "pax",
      { name, content in
        TarEntry(name: "g", type: "g", content: TarEntry.property("size", "99")).bytes
          + TarEntry(name: "x", type: "x", content: TarEntry.property("path", name) + TarEntry.property("mtime", "1.5"))
          .bytes
          + TarEntry(name: "wrong", content: content).bytes
      }
    ),
    (
      "pax size",
      { name, content in
        TarEntry(name: "x", type: "x", content: TarEntry.property("size", "\(content.count)")).bytes
          + TarEntry(name: name, content: content, size: "77777777777").bytes
      }
    ),
    ("binary size", { TarEntry(name: $0, content: $1, hasBinarySize: true).bytes }),
    ("no magic", { TarEntry(name: $0, content: $1, magic: "").bytes }),
  ]

  @Test(arguments: forms.indices)
  func readsEachFormOfArchive(_ form: Int) async throws {
    let fixture = try LayoutFixture()
    let directory = try TemporaryDirectory()
    let path = "\(directory.path)/a.tar"
    let link = TarEntry(name: "../../etc/passwd", type: "2", content: []).bytes
    for end in [0, 512, 1024, 9000] {
      let entries = try TarEntry.archive(of: fixture, Self.forms[form].1)
      try FileReplacement.replace(path, with: link + entries + [UInt8](repeating: 0, count: end))
      let layout = try LayoutArchive(reading: path)
      #expect(try layout.descriptor("v1").digest == fixture.manifest.digest)
      #expect(try layout.manifest(.tag(try Tag(parsing: "v1"))) { $0.digest } == fixture.manifest.digest)
      #expect(try await text(layout.blob(fixture.layer)).text == LayoutFixture.layerText)
      #expect(layout.has(manifest: fixture.manifest.digest))
    }
  }

  @Test func theLastEntryOfANameCounts() throws {
    let fixture = try LayoutFixture()
    let directory = try TemporaryDirectory()
    let first = TarEntry(name: "index.json", content: Array("{}".utf8)).bytes
    try FileReplacement.replace("\(directory.path)/a.tar", with: first + (try TarEntry.archive(of: fixture)))
    #expect(try LayoutArchive(reading: "\(directory.path)/a.tar").descriptor(nil).digest == fixture.manifest.digest)
  }

  /// On some file systems, a sparse file can be as large as the largest number.
  @Test func refusesAHugeArchive() async throws {
    let path = "/dev/shm/manifestx-\(getpid()).tar"
    defer { unlink(path) }
    try FileReplacement.replace(path, with: TarEntry(name: "x", content: []).bytes)
    #expect(truncate(path, .max - 4096) == 0)
    let found = await message("/dev/shm") { _ = try LayoutArchive(reading: path) }
    #expect(found.hasSuffix(": the tar archive is damaged: it is larger than 1 EiB"))
  }

  @Test func linksInArchivesAreNotFollowed() async throws {
    let fixture = try LayoutFixture()
    let directory = try TemporaryDirectory()
    let path = "\(directory.path)/a.tar"
    let name = "blobs/sha256/\(fixture.config.digest.hex)"
    let sparse = TarEntry(name: "x", type: "x", content: TarEntry.property("GNU.sparse.major", "1")).bytes
    let sparseName = TarEntry(name: "x", type: "x", content: TarEntry.property("GNU.sparse.name", name)).bytes
    let entries = ["1", "2", "3", "6"].map { TarEntry(name: name, type: $0, content: []).bytes }
    let sparseEntries = [(sparse, name), (sparseName, "y")].map { $0 + TarEntry(name: $1, content: []).bytes }
    for entry in entries + sparseEntries {
      try FileReplacement.replace(path, with: TarEntry.archive(of: fixture) + entry)
      let layout = try LayoutArchive(reading: path)
      #expect(
        await message(directory.path) { _ = try layout.blob(fixture.config) }
          == "\(name) in DIR/a.tar is not a regular file in the archive, but a link, a sparse file or something else"
      )
    }
  }

  static let broken: [(String, [UInt8], String)] = [
    ("empty", [], "DIR/a.tar is not an OCI image layout: it has no file oci-layout"),
    ("text", Array("hello".utf8), "DIR/a.tar is not an OCI image layout: it is not a tar archive"),
    (
      "other file", [UInt8](repeating: 7, count: 2000),
      "DIR/a.tar is not an OCI image layout: it is not a tar archive"
    ),
    (
      "wrong sum", [UInt8(ascii: "o")] + TarEntry(name: "xci-layout", content: [1]).bytes.dropFirst(),
      "DIR/a.tar is not an OCI image layout: it is not a tar archive"
    ),
    (
      "other archive", TarEntry(name: "file", content: [1]).bytes,
      "DIR/a.tar is not an OCI image layout: it has no file oci-layout"
    ),
    (
      "docker's archive", TarEntry(name: "manifest.json", content: [1]).bytes,
      "DIR/a.tar is not an OCI image layout, but an archive in docker's older format, as docker before version 25 and "
        + "podman save without --format oci-archive write it"
    ),
    (
      "gzip", [0x1F, 0x8B, 8, 0],
      "DIR/a.tar is compressed with gzip, and only an archive that is not compressed can be read"
    ),
    (
      "zstd", [0x28, 0xB5, 0x2F, 0xFD],
      "DIR/a.tar is compressed with zstd, and only an archive that is not compressed can be read"
    ),
    (
      "no header", TarEntry(name: "file", content: [1]).bytes + [UInt8](repeating: 7, count: 512),
      "DIR/a.tar: the tar archive is damaged: there is no header of an entry at byte 1024"
    ),
    (
      "cut header", TarEntry(name: "file", content: [1]).bytes + [7],
      "DIR/a.tar: the tar archive is damaged: it is cut short"
    ),
    (
      "cut content", TarEntry(name: "file", content: [1], size: "00000001001").bytes,
      "DIR/a.tar: the tar archive is damaged: it is cut short"
    ),
    (
      "negative size",
      TarEntry(name: "x", type: "x", content: TarEntry.property("size", "-1")).bytes
        + TarEntry(name: "f", content: []).bytes,
      "DIR/a.tar: the tar archive is damaged: it is cut short"
    ),
    (
      "huge size",
      TarEntry(name: "x", type: "x", content: TarEntry.property("size", "\(Int64.max)")).bytes
        + TarEntry(name: "f", content: []).bytes,
      "DIR/a.tar: the tar archive is damaged: it is cut short"
    ),
    (
      "long name", TarEntry(name: "L", type: "L", content: [UInt8](repeating: 65, count: (1 << 20) + 1)).bytes,
      "DIR/a.tar: the tar archive is damaged: the name of an entry is too long"
    ),
  ]

  @Test(arguments: broken.indices)
  func refusesWhatIsNoWholeLayout(_ index: Int) async throws {
    let (name, bytes, expected) = Self.broken[index]
    let directory = try TemporaryDirectory()
    try FileReplacement.replace("\(directory.path)/a.tar", with: bytes)
    let found = await message(directory.path) { _ = try LayoutArchive(reading: "\(directory.path)/a.tar") }
    #expect(found == expected, "\(name)")
  }

  @Test func readsNoEndOfHeaders() throws {
    let fixture = try LayoutFixture()
    let directory = try TemporaryDirectory()
    let path = "\(directory.path)/a.tar"
    try FileReplacement.replace(path, with: TarEntry.archive(of: fixture))
    let archive = try ReadableFile(path)
    #expect(try TarFiles(in: archive, limit: 6).files.count == 5)
    let error = #expect(throws: TarFiles.Failure.self) { try TarFiles(in: archive, limit: 5) }
    guard case .damaged("it has more than 5 entries") = error else { throw error ?? .notTar }
  }

  @Test func refusesWhatIsNoFile() async throws {
    let directory = try TemporaryDirectory()
    #expect(mkfifo("\(directory.path)/pipe.tar", 0o600) == 0)
    for (name, reason) in [
      ("", "it is not a regular file"), ("/pipe.tar", "it is not a regular file"),
      ("/absent.tar", "no such file or directory"),
    ] {
      #expect(
        await message(directory.path) { _ = try LayoutArchive(reading: directory.path + name) }
          == "cannot open DIR\(name): \(reason)"
      )
    }
  }
}
