import Glibc
import OCI
import OCILayout
import TestSupport
import Testing

@Suite struct LayoutReadingTests {
  @Test func readsAnImageByTagAndByDigest() async throws {
    let fixture = try LayoutFixture()
    let layout = try LayoutDirectory(reading: fixture.path)
    let tag = try Tag(parsing: "v1")
    for name in [ManifestName.tag(tag), .digest(fixture.manifest.digest, tag: nil)] {
      let manifest = try layout.manifest(name) { $0 }
      #expect(manifest.digest == fixture.manifest.digest)
      #expect(manifest.mediaType == .ociManifest)
      let config = try ImageManifest(decoding: manifest.bytes).config
      #expect(try layout.config(config, of: name) { try ImageConfig(decoding: $0).architecture } == "arm64")
    }
    #expect(try layout.descriptor(nil).digest == fixture.manifest.digest)
    #expect(layout.has(blob: fixture.layer))
    #expect(layout.has(manifest: fixture.manifest.digest))
    let pieces = try await text(layout.blob(fixture.layer))
    #expect(pieces.text == LayoutFixture.layerText)
    #expect(pieces.sizes == [256 << 10, 256 << 10, 640_000 - (512 << 10)])
    let empty = try fixture.writeBlob("")
    #expect(try await text(layout.blob(empty)).sizes == [])
  }

  /// A manifest that is not in index.json: a child of an index, with or without its own type.
  @Test func knowsTheTypeOfAManifestThatTheIndexDoesNotName() throws {
    let fixture = try LayoutFixture()
    let layout = try LayoutDirectory(reading: fixture.path)
    let texts: [(String, MediaType)] = [
      (#"{"config": \#(LayoutFixture.json(fixture.config)), "layers": []}"#, .ociManifest),
      (#"{"manifests": []}"#, .ociIndex),
      (#"{"mediaType": "\#(MediaType.dockerList)", "manifests": []}"#, .dockerList),
    ]
    for (text, type) in texts {
      let digest = try fixture.writeBlob(text).digest
      #expect(try layout.manifest(.digest(digest, tag: nil)) { $0.mediaType } == type)
    }
  }

  @Test func findsAnImageByEachOfItsNames() async throws {
    let fixture = try LayoutFixture()
    let other = try fixture.writeBlob("{}")
    let one = LayoutFixture.json(
      fixture.manifest,
      [LayoutFixture.refName: "v1", LayoutFixture.containerdName: "docker.io/library/app:v1"]
    )
    let two = LayoutFixture.json(
      other,
      [LayoutFixture.refName: "v1", LayoutFixture.containerdName: "r.example/b:v1"]
    )
    let three = LayoutFixture.json(other, [LayoutFixture.refName: "localhost/c:x"])
    try fixture.writeIndex([one, two, three, LayoutFixture.json(fixture.config)])
    let layout = try LayoutDirectory(reading: fixture.path)
    for name in ["docker.io/library/app:v1", "app:v1", "library/app:v1"] {
      #expect(try layout.descriptor(name).digest == fixture.manifest.digest)
    }
    for name in ["r.example/b:v1", "localhost/c:x", "x"] {
      #expect(try layout.descriptor(name).digest == other.digest)
    }
    let names = "docker.io/library/app:v1, r.example/b:v1, localhost/c:x, @\(fixture.config.digest)"
    #expect(
      await message(fixture.path) { _ = try layout.descriptor(nil) }
        == "DIR has several images. Name one of them: \(names)"
    )
    #expect(
      await message(fixture.path) { _ = try layout.descriptor("v2") } == "DIR has no image v2. It has: \(names)"
    )
    #expect(
      await message(fixture.path) { _ = try layout.descriptor("v1") }
        == "DIR has several images v1: docker.io/library/app:v1, r.example/b:v1"
    )
  }

  /// `docker save app:v1 app:v2`, where both are one image.
  @Test func twoNamesOfOneImageAreOneImage() async throws {
    let fixture = try LayoutFixture()
    try fixture.writeIndex(["v1", "v2"].map { LayoutFixture.json(fixture.manifest, [LayoutFixture.refName: $0]) })
    #expect(try LayoutDirectory(reading: fixture.path).descriptor(nil).digest == fixture.manifest.digest)
    // And `docker save app:v1 web:v1`.
    let names = ["docker.io/library/app:v1", "docker.io/library/web:v1"]
    try fixture.writeIndex(
      names.map {
        LayoutFixture.json(fixture.manifest, [LayoutFixture.refName: "v1", LayoutFixture.containerdName: $0])
      }
    )
    let layout = try LayoutDirectory(reading: fixture.path)
    #expect(try layout.descriptor(nil).digest == fixture.manifest.digest)
    #expect(
      await message(fixture.path) { _ = try layout.descriptor("v2") }
        == "DIR has no image v2. It has: \(names.joined(separator: ", "))"
    )
  }

  @Test func manyNamesAreCut() async throws {
    let fixture = try LayoutFixture()
    try fixture.writeIndex(
      try (1...30).map { LayoutFixture.json(try fixture.writeBlob("\($0)"), [LayoutFixture.refName: "v\($0)"]) }
    )
    let layout = try LayoutDirectory(reading: fixture.path)
    #expect(await message(fixture.path) { _ = try layout.descriptor(nil) }.hasSuffix("v19, v20 and 10 more"))
  }
}
