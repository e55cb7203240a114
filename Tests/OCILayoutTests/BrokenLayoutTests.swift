import Glibc
import LocalSystem
import OCI
import OCILayout
import TestSupport
import Testing

@Suite struct BrokenLayoutTests {
  static let markers: [(String, String)] = [
    ("{}", "DIR/oci-layout: imageLayoutVersion is missing"),
    (
      #"{"imageLayoutVersion": "2.0.0"}"#,
      "DIR/oci-layout: version \u{201C}2.0.0\u{201D} of image layouts is not known, only 1.0.0"
    ),
    (String(repeating: " ", count: 65 << 10), "DIR/oci-layout is larger than 65536 bytes"),
  ]

  @Test(arguments: markers)
  func refusesALayoutThatItDoesNotKnow(_ marker: String, _ expected: String) async throws {
    let directory = try TemporaryDirectory(["oci-layout": marker])
    #expect(await message(directory.path) { _ = try LayoutDirectory(reading: directory.path) } == expected)
  }

  @Test func refusesOtherDirectories() async throws {
    let directory = try TemporaryDirectory(["file": ""])
    #expect(
      await message(directory.path) { _ = try LayoutDirectory(reading: directory.path) }
        == "DIR is not an OCI image layout: it has no file oci-layout"
    )
    #expect(
      await message(directory.path) { _ = try LayoutDirectory(reading: "\(directory.path)/absent") }
        == "cannot open DIR/absent: no such file or directory"
    )
    #expect(
      await message(directory.path) { _ = try LayoutDirectory(reading: "\(directory.path)/file") }
        == "cannot open DIR/file: not a directory"
    )
  }

  static let indexes: [(String?, String)] = [
    (nil, "DIR/index.json is missing"),
    ("", "DIR/index.json: invalid JSON: line 1, column 1: "),
    ("[]", "DIR/index.json: the document must be an object, but is an array"),
    ("{}", "DIR/index.json: manifests is missing"),
    (#"{"manifests": [{"mediaType": "x", "size": 1}]}"#, "DIR/index.json: manifests[0].digest is missing"),
    (
      #"{"manifests": [], "Manifests": []}"#,
      "DIR/index.json: docker treats \u{201C}manifests\u{201D} and \u{201C}Manifests\u{201D}"
    ),
    (#"{"manifests": []}"#, "DIR has no images"),
    (String(repeating: " ", count: 5 << 20), "DIR/index.json is larger than 4194304 bytes"),
  ]

  @Test(arguments: indexes)
  func refusesABrokenIndex(_ text: String?, _ expected: String) async throws {
    let fixture = try LayoutFixture()
    unlink("\(fixture.path)/index.json")
    if let text { try fixture.directory.write("index.json", text) }
    let layout = try LayoutDirectory(reading: fixture.path)
    let found = await message(fixture.path) { _ = try layout.descriptor("v1") }
    #expect(found.hasPrefix(expected), "\(found)")
  }

  @Test func refusesABlobThatIsMissingOrCutShort() async throws {
    let fixture = try LayoutFixture()
    let layout = try LayoutDirectory(reading: fixture.path)
    let name = "DIR/blobs/sha256/\(fixture.layer.digest.hex)"
    #expect(truncate(fixture.blob(fixture.layer), 9) == 0)
    #expect(
      await message(fixture.path) { _ = try layout.blob(fixture.layer) }
        == "\(name) has 9 bytes, and should have 640000: the layout is damaged"
    )
    #expect(!layout.has(blob: fixture.layer))
    unlink(fixture.blob(fixture.layer))
    #expect(await message(fixture.path) { _ = try layout.blob(fixture.layer) } == "\(name) is missing")
    unlink(fixture.blob(fixture.config))
    #expect(
      await message(fixture.path) { _ = try layout.config(fixture.config, of: .tag(.latest)) { $0 } }
        == "DIR/blobs/sha256/\(fixture.config.digest.hex) is missing"
    )
  }

  /// Where the last bytes are wrong, they are not handed out.
  @Test func refusesABlobThatWasChanged() async throws {
    let fixture = try LayoutFixture()
    let layout = try LayoutDirectory(reading: fixture.path)
    for descriptor in [fixture.layer, fixture.manifest] {
      let file = open(fixture.blob(descriptor), O_WRONLY)
      #expect(pwrite(file, "X", 1, 0) == 1)
      close(file)
    }
    var count = 0
    let found = await message(fixture.path) {
      for try await piece in try layout.blob(fixture.layer) { count += piece.count }
    }
    #expect(found.hasPrefix("DIR/blobs/sha256/\(fixture.layer.digest.hex) contains other bytes than its name says"))
    #expect(count == 512 << 10)
    // A manifest that the index does not name has its type in itself, and that is believed no sooner than the rest.
    let text = #"{"manifests": []}"#
    let child = try fixture.writeBlob(text)
    try fixture.directory.write("blobs/sha256/\(child.digest.hex)", String(text.dropLast()))
    #expect(
      await message(fixture.path) { _ = try layout.descriptor(nil, digest: child.digest) }
        .hasPrefix("DIR/blobs/sha256/\(child.digest.hex) contains other bytes")
    )
    #expect(
      await message(fixture.path) { _ = try layout.manifest(.tag(try Tag(parsing: "v1"))) { $0 } }
        .hasPrefix("DIR/blobs/sha256/\(fixture.manifest.digest.hex) contains other bytes")
    )
    #expect(!layout.has(manifest: fixture.manifest.digest))
  }

  @Test func refusesABlobThatBecomesShorterWhileItIsRead() async throws {
    let fixture = try LayoutFixture()
    let blob = try LayoutDirectory(reading: fixture.path).blob(fixture.layer)
    let found = await message(fixture.path) {
      for try await _ in blob { truncate(fixture.blob(fixture.layer), 300_000) }
    }
    #expect(found.hasSuffix(" has 300000 bytes, and should have 640000: the layout is damaged"))
  }

  @Test func refusesAManifestOfAnotherType() async throws {
    let fixture = try LayoutFixture()
    var entry = fixture.manifest
    entry.mediaType = .ociIndex
    try fixture.writeIndex([LayoutFixture.json(entry)])
    let layout = try LayoutDirectory(reading: fixture.path)
    let digest = fixture.manifest.digest
    #expect(
      await message(fixture.path) { _ = try layout.manifest(.digest(digest, tag: nil)) { $0 } }
        == "DIR/blobs/sha256/\(digest.hex): its mediaType is \(MediaType.ociManifest), and not \(MediaType.ociIndex)"
    )
  }

  /// What is behind a link is somebody else's, a pipe would be waited for, and a device has no end.
  @Test(arguments: ["link", "pipe", "directory", "linked directory"])
  func followsNoLinkAndWaitsForNoPipe(_ kind: String) async throws {
    let fixture = try LayoutFixture()
    let (file, moved) = (fixture.blob(fixture.layer), "\(fixture.path)/moved")
    let blobs = "\(fixture.path)/blobs/sha256"
    var expected = "cannot read DIR/blobs/sha256/\(fixture.layer.digest.hex): it is not a regular file"
    switch kind {
    case "link":
      #expect(rename(file, moved) == 0 && symlink(moved, file) == 0)
      expected = expected.replacing("it is not a regular file", with: "\(SystemError.link)")
    case "linked directory":
      #expect(rename(blobs, moved) == 0 && symlink("../moved", blobs) == 0)
      expected = expected.replacing("it is not a regular file", with: "\(SystemError.link)")
    case "pipe": #expect(unlink(file) == 0 && mkfifo(file, 0o600) == 0)
    default: #expect(unlink(file) == 0 && mkdir(file, 0o700) == 0)
    }
    let layout = try LayoutDirectory(reading: fixture.path)
    #expect(await message(fixture.path) { _ = try layout.blob(fixture.layer) } == expected)
  }

  @Test func aLinkToTheLayoutIsFollowedUnlessItIsAnotherUsers() async throws {
    let fixture = try LayoutFixture()
    let other = try TemporaryDirectory()
    let link = "\(other.path)/link"
    #expect(symlink(fixture.path, link) == 0)
    #expect(try LayoutDirectory(reading: link).descriptor("v1").digest == fixture.manifest.digest)
    guard geteuid() == 0 else { return }
    #expect(lchown(link, 65534, 65533) == 0)
    #expect(
      await message(other.path) { _ = try LayoutDirectory(reading: link) }
        == "cannot open DIR/link: a symbolic link on the path belongs to another user"
    )
  }
}
