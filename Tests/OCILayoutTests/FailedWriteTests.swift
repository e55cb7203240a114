import Glibc
import LocalSystem
import OCI
import OCILayout
import TestSupport
import Testing

@Suite struct FailedWriteTests {
  struct Stopped: Error {}

  /// Pieces that end with an error, if there is one.
  static func pieces(_ texts: [String], _ error: (any Error)? = nil) -> any AsyncSequence<[UInt8], any Error> {
    AsyncThrowingStream { stream in
      for text in texts { stream.yield(Array(text.utf8)) }
      stream.finish(throwing: error)
    }
  }

  static let contents: [[String]] = [[], ["ab"], ["ab", "d"], ["abc", "d"], ["xyz"]]

  @Test(arguments: contents)
  func onlyTheRightBytesAreKept(_ texts: [String]) async throws {
    let directory = try TemporaryDirectory()
    let layout = try await LayoutDirectory(writing: directory.path)
    let blob = Descriptor(mediaType: .ociConfig, size: 3, digest: try Digest(of: Array("abc".utf8)))
    #expect(
      await message(directory.path) { try await layout.put(blob) { Self.pieces(texts) } }
        == "cannot write DIR/blobs/sha256/\(blob.digest.hex): the bytes are others than its name says"
    )
    await #expect(throws: Stopped.self) { try await layout.put(blob) { Self.pieces(["ab"], Stopped()) } }
    await #expect(throws: Stopped.self) { try await layout.put(blob) { throw Stopped() } }
    let manifest = RawManifest(bytes: Array("ab".utf8), mediaType: .ociManifest, digest: blob.digest)
    #expect(throws: LayoutError.self) { try layout.put(manifest) }
    #expect(!layout.has(blob: blob))
    #expect(try LayoutWritingTests.files(directory.path) == ["index.json", "oci-layout"])
  }

  @Test func aDamagedBlobIsReplaced() async throws {
    let fixture = try LayoutFixture()
    #expect(truncate(fixture.blob(fixture.config), 3) == 0)
    let layout = try await LayoutDirectory(writing: fixture.path)
    #expect(!layout.has(blob: fixture.config))
    try await layout.put(fixture.config) { Self.pieces([#"{"os": "linux", "#, #""architecture": "arm64"}"#]) }
    #expect(layout.has(blob: fixture.config))
  }

  /// What leads out of the layout is not written to.
  @Test func noLinkIsFollowed() async throws {
    let outside = try TemporaryDirectory(["file": "precious"])
    let fixture = try LayoutFixture()
    let layout = try await LayoutDirectory(writing: fixture.path)
    let (index, blobs) = ("\(fixture.path)/index.json", "\(fixture.path)/blobs/sha256")
    let lock = "\(index).lock"
    #expect(symlink("\(outside.path)/lock", lock) == 0)
    #expect(
      await message(fixture.path) { try await layout.setName("v2", to: fixture.manifest) }
        == "cannot write DIR/index.json.lock: \(SystemError.link)"
    )
    #expect(unlink(lock) == 0 && unlink(index) == 0 && symlink("\(outside.path)/file", index) == 0)
    #expect(
      await message(fixture.path) { try await layout.setName("v2", to: fixture.manifest) }
        == "cannot read DIR/index.json: \(SystemError.link)"
    )
    #expect(rename(blobs, "\(fixture.path)/moved") == 0 && symlink(outside.path, blobs) == 0)
    let manifest = RawManifest(bytes: [], mediaType: .ociManifest, digest: try Digest(of: []))
    #expect(
      await message(fixture.path) { try layout.put(manifest) }
        == "cannot write DIR/blobs/sha256: \(SystemError.link)"
    )
    #expect(try LayoutWritingTests.files(outside.path) == ["file"])
    #expect(try File.contents(of: "\(outside.path)/file") == Array("precious".utf8))
  }

  /// A file system of its own. Only root can have it, and not in every container.
  @Test func aDiskThatIsFullOrReadOnlyIsNamedAndKeepsTheOldIndex() async throws {
    let directory = try TemporaryDirectory()
    let path = "\(directory.path)/disk"
    #expect(mkdir(path, 0o700) == 0)
    guard mount("tmpfs", path, "tmpfs", 0, "size=200k") == 0 else { return }
    defer { umount2(path, Int32(MNT_DETACH)) }
    let layout = try await LayoutDirectory(writing: path)
    let manifest = RawManifest(bytes: [1], mediaType: .ociManifest, digest: try Digest(of: [1]))
    try layout.put(manifest)
    try await layout.setName("v1", to: manifest.descriptor())
    let before = try LayoutWritingTests.files(path)
    let big = Descriptor(mediaType: .ociConfig, size: 1 << 20, digest: try Digest(of: []))
    let piece = String(repeating: "x", count: 64 << 10)
    let name = "DIR/disk/blobs/sha256/\(big.digest.hex)"
    #expect(
      await message(directory.path) {
        try await layout.put(big) { Self.pieces(Array(repeating: piece, count: 16)) }
      } == "cannot write \(name): no space left on device"
    )
    #expect(try LayoutWritingTests.files(path) == before)
    #expect(mount(nil, path, nil, UInt(MS_REMOUNT | MS_RDONLY), nil) == 0)
    #expect(
      await message(directory.path) { try await layout.put(big) { Self.pieces([]) } }
        == "cannot write \(name): read-only file system"
    )
    #expect(
      await message(directory.path) { try await layout.setName("v2", to: manifest.descriptor()) }
        == "cannot write DIR/disk/index.json.lock: read-only file system"
    )
    #expect(try await LayoutDirectory(writing: path).descriptor("v1").digest == manifest.digest)
    #expect(
      await message(directory.path) { _ = try await LayoutDirectory(writing: "\(path)/new/layout") }
        == "cannot write DIR/disk/new/layout: read-only file system"
    )
  }

  /// Of a process that was killed, and not of one that is still writing.
  @Test func abandonedFilesAreRemoved() async throws {
    let fixture = try LayoutFixture()
    let blobs = "\(fixture.path)/blobs/sha256"
    let names = [".docker-manifestx-12ab", ".docker-manifestx-34cd", ".docker-manifestx-x", "other"]
    for name in names { try fixture.directory.write("blobs/sha256/\(name)", "x") }
    let writing = open("\(blobs)/\(names[1])", O_WRONLY)
    defer { close(writing) }
    #expect(flock(writing, LOCK_EX) == 0)
    _ = try await LayoutDirectory(writing: fixture.path)
    let empty = try TemporaryDirectory([names[0]: "", "index.json.lock": ""])
    _ = try await LayoutDirectory(writing: empty.path)
    #expect(try LayoutWritingTests.files(empty.path) == ["index.json", "oci-layout"])
    #expect(Set(try Directory.names(in: blobs)).intersection(names) == Set(names.dropFirst()))
  }

  /// Root that writes for another user: that user can delete what it has made.
  @Test func whatRootMakesBelongsToTheOwnerOfTheDirectory() async throws {
    guard geteuid() == 0 else { return }
    let directory = try TemporaryDirectory()
    #expect(chown(directory.path, 65534, 65533) == 0)
    let layout = try await LayoutDirectory(writing: "\(directory.path)/a/b")
    let manifest = RawManifest(bytes: [1], mediaType: .ociManifest, digest: try Digest(of: [1]))
    try layout.put(manifest)
    try await layout.setName("v1", to: manifest.descriptor())
    for path in ["", "/a", "/a/b", "/a/b/oci-layout", "/a/b/index.json", "/a/b/blobs/sha256/\(manifest.digest.hex)"] {
      var status = stat()
      #expect(stat(directory.path + path, &status) == 0)
      #expect(status.st_uid == 65534 && status.st_gid == 65533, "\(path)")
    }
  }
}
