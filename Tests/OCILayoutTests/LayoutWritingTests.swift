import Glibc
import LocalSystem
import OCI
import OCILayout
import TestSupport
import Testing

@Suite struct LayoutWritingTests {
  /// Copies everything of a layout but its names.
  static func copy(_ source: LayoutFixture, to layout: LayoutDirectory) async throws {
    let from = try LayoutDirectory(reading: source.path)
    for blob in [source.layer, source.config] { try await layout.put(blob) { try from.blob(blob) } }
    try layout.put(try from.manifest(.digest(source.manifest.digest, tag: nil)) { $0 })
  }

  static func index(_ path: String) throws -> Index {
    try Index(decoding: File.contents(of: "\(path)/index.json"), mediaType: .ociIndex)
  }

  /// The names of all files in a directory and those below it.
  static func files(_ path: String) throws -> [String] {
    var status = stat()
    return try Directory.names(in: path).filter { $0 != "." && $0 != ".." }.sorted().flatMap { name in
      let file = "\(path)/\(name)"
      guard stat(file, &status) == 0, status.st_mode & S_IFMT == S_IFDIR else { return [name] }
      return try files(file).map { "\(name)/\($0)" }
    }
  }

  @Test func makesALayoutThatCanBeRead() async throws {
    let source = try LayoutFixture()
    let directory = try TemporaryDirectory()
    let path = "\(directory.path)/new/layout"
    let layout = try await LayoutDirectory(writing: path)
    #expect(!layout.has(blob: source.layer))
    try await Self.copy(source, to: layout)
    try await layout.setName("v1", to: source.manifest)
    for blob in [source.layer, source.config] { #expect(layout.has(blob: blob)) }
    #expect(layout.has(manifest: source.manifest.digest))
    let read = try LayoutDirectory(reading: path)
    #expect(try read.descriptor("v1").digest == source.manifest.digest)
    #expect(try await text(read.blob(source.layer)).text == LayoutFixture.layerText)
    let blobs = [source.layer, source.config, source.manifest].map { "blobs/sha256/\($0.digest.hex)" }.sorted()
    #expect(try Self.files(path) == blobs + ["index.json", "oci-layout"])
    let marker = try File.contents(of: "\(path)/oci-layout")
    #expect(String(decoding: marker, as: UTF8.self) == #"{"imageLayoutVersion":"1.0.0"}"#)
  }

  @Test func aNameMovesAndAllOthersStay() async throws {
    let fixture = try LayoutFixture()
    let other = try fixture.writeBlob("{}")
    let kept = LayoutFixture.json(other, [LayoutFixture.refName: "v2", "color": "blue"]).dropLast() + #", "x": [1]}"#
    let whole = LayoutFixture.json(
      other,
      [LayoutFixture.refName: "v1", LayoutFixture.containerdName: "docker.io/library/app:v1", "old": "yes"]
    )
    try fixture.directory.write(
      "index.json",
      #"{"schemaVersion": 2, "unknown": {"b": 1, "a": 2}, "manifests": [\#(whole), \#(kept)]}"#
    )
    let layout = try await LayoutDirectory(writing: fixture.path)
    var image = fixture.manifest
    image.annotations = ["new": "yes"]
    try await layout.setName("v1", to: image)
    try await layout.setName("v3", to: image)
    let text = String(decoding: try File.contents(of: "\(fixture.path)/index.json"), as: UTF8.self)
    #expect(text.contains(#""unknown": {"#) && text.firstRange(of: #""b": 1"#) != nil && text.contains(#""x": ["#))
    let entries = try Self.index(fixture.path).manifests
    #expect(entries.map(\.digest) == [fixture.manifest.digest, other.digest, fixture.manifest.digest])
    let first = [LayoutFixture.refName: "v1", LayoutFixture.containerdName: "docker.io/library/app:v1", "new": "yes"]
    #expect(
      entries.map(\.annotations)
        == [first, [LayoutFixture.refName: "v2", "color": "blue"], [LayoutFixture.refName: "v3", "new": "yes"]]
    )
  }

  /// Where two images have one tag, and whole names besides, the tag does not say which one to replace.
  @Test func aTagOfTwoImagesIsNotMoved() async throws {
    let fixture = try LayoutFixture()
    let names = ["docker.io/library/a:v1", "docker.io/library/b:v1"]
    let entries = try names.map {
      LayoutFixture.json(
        try fixture.writeBlob($0),
        [LayoutFixture.refName: "v1", LayoutFixture.containerdName: $0]
      )
    }
    try fixture.writeIndex(entries)
    let layout = try await LayoutDirectory(writing: fixture.path)
    #expect(
      await message(fixture.path) { try await layout.setName("v1", to: fixture.manifest) }
        == "DIR has several images v1: \(names.joined(separator: ", "))"
    )
    try await layout.setName(names[1], to: fixture.manifest)
    let index = try Self.index(fixture.path)
    #expect(index.manifests.map { $0.annotations[LayoutFixture.containerdName] } == names)
    #expect(index.manifests[1].digest == fixture.manifest.digest)
  }

  @Test func aNameThatCannotBeOneIsRefused() async throws {
    let fixture = try LayoutFixture()
    let layout = try await LayoutDirectory(writing: fixture.path)
    #expect(
      await message(fixture.path) { try await layout.setName("a b", to: fixture.manifest) }
        == "DIR: \u{201C}a b\u{201D} cannot be a tag in an image layout"
    )
  }

  @Test func writersAtTheSameTimeLoseNothing() async throws {
    let source = try LayoutFixture()
    let directory = try TemporaryDirectory()
    let path = "\(directory.path)/layout"
    try await withThrowingTaskGroup { group in
      for writer in 1...8 {
        group.addTask {
          let layout = try await LayoutDirectory(writing: path)
          try await Self.copy(source, to: layout)
          for name in 1...5 { try await layout.setName("w\(writer)-\(name)", to: source.manifest) }
        }
      }
      try await group.waitForAll()
    }
    let names = try Self.index(path).manifests.map { $0.annotations[LayoutFixture.refName] ?? "" }
    #expect(Set(names).count == 40)
    #expect(names.count == 40)
    #expect(try Self.files(path).count == 5)
  }

  /// As buildx does it, which writes layouts with BuildKit's code.
  @Test func waitsForTheLockOfAnotherProgram() async throws {
    let fixture = try LayoutFixture()
    let before = try File.contents(of: "\(fixture.path)/index.json")
    var layout = try await LayoutDirectory(writing: fixture.path)
    layout.lockTimeout = .milliseconds(30)
    let file = "\(fixture.path)/index.json.lock"
    let lock = open(file, O_RDWR | O_CREAT, 0o600)
    #expect(flock(lock, LOCK_EX) == 0)
    let (waiting, image) = (layout, fixture.manifest)
    #expect(
      await message(fixture.path) { try await waiting.setName("v2", to: image) }
        == "cannot write the layout: another program has locked DIR/index.json.lock"
    )
    #expect(try File.contents(of: "\(fixture.path)/index.json") == before)
    layout.lockTimeout = .seconds(30)
    let patient = layout
    async let named: Bool = patient.setName("v2", to: image)
    try await Task.sleep(for: .milliseconds(30))
    #expect(try Self.index(fixture.path).manifests.count == 1)
    #expect(unlink(file) == 0)
    close(lock)
    #expect(try await named)
    #expect(try Self.index(fixture.path).manifests.count == 2)
    #expect(access(file, F_OK) != 0)
  }

  /// Killed while it made a layout, in this program's order and in that of others.
  @Test(arguments: ["index.json", "oci-layout"])
  func aLayoutThatIsNotCompleteIsCompleted(_ file: String) async throws {
    let (new, source) = (try TemporaryDirectory(), try LayoutFixture())
    _ = try await LayoutDirectory(writing: new.path)
    let content = try File.contents(of: "\(new.path)/\(file)")
    let directory = try TemporaryDirectory([file: String(decoding: content, as: UTF8.self)])
    let layout = try await LayoutDirectory(writing: directory.path)
    try await Self.copy(source, to: layout)
    try await layout.setName("v1", to: source.manifest)
    #expect(try LayoutDirectory(reading: directory.path).descriptor("v1").digest == source.manifest.digest)
  }

  /// It could not be read again.
  @Test func theIndexDoesNotBecomeTooLarge() async throws {
    let fixture = try LayoutFixture()
    let entry = LayoutFixture.json(fixture.manifest, ["pad": String(repeating: "x", count: (4 << 20) - 400)])
    try fixture.writeIndex([entry])
    let layout = try await LayoutDirectory(writing: fixture.path)
    let before = try File.contents(of: "\(fixture.path)/index.json")
    #expect(
      await message(fixture.path) { try await layout.setName("v2", to: fixture.manifest) }
        == "cannot write DIR/index.json: file too large"
    )
    #expect(try File.contents(of: "\(fixture.path)/index.json") == before)
  }

  @Test func otherDirectoriesAreNotMadeLayouts() async throws {
    let directory = try TemporaryDirectory(["precious": "", "old/oci-layout": "{}", "web/index.json": "{}"])
    #expect(
      await message(directory.path) { _ = try await LayoutDirectory(writing: directory.path) }
        == "DIR is not an OCI image layout: it has no file oci-layout, but other files"
    )
    #expect(
      await message(directory.path) { _ = try await LayoutDirectory(writing: "\(directory.path)/old") }
        == "DIR/old/oci-layout: imageLayoutVersion is missing"
    )
    #expect(
      await message(directory.path) { _ = try await LayoutDirectory(writing: "\(directory.path)/precious") }
        == "cannot open DIR/precious: not a directory"
    )
    #expect(
      await message(directory.path) { _ = try await LayoutDirectory(writing: "\(directory.path)/web") }
        == "DIR/web is not an OCI image layout: it has no file oci-layout, but other files"
    )
    #expect(try Self.files(directory.path) == ["old/oci-layout", "precious", "web/index.json"])
  }
}
