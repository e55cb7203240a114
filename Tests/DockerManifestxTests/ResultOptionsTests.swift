import JSON
import LocalSystem
import OCI
import TestSupport
import Testing

@testable import ManifestLists
@testable import docker_manifestx

@Suite struct ResultOptionsTests {
  private func result() throws -> PublishResult {
    let bytes = Array("{}".utf8)
    let digest = try Digest(of: bytes)
    let source = Source("v1-arm64", try Reference(parsing: "r.example/a:v1-arm64"), reading: .tag)
    var image = Descriptor(mediaType: .ociManifest, size: 1, digest: digest)
    image.platform = try Platform(parsingWithVersion: "windows/arm64:10.0.1")
    var attestation = image
    attestation.platform = Platform(os: "unknown", architecture: "unknown")
    let entries = [image, attestation].map {
      ListEntry(source: source, place: source.place, descriptor: $0, origin: .tag)
    }
    return PublishResult(
      names: try ["r.example/a:v1", "s.example/b:v1"].map { .registry(try Reference(parsing: $0)) },
      list: AssembledList(
        manifest: RawManifest(bytes: bytes, mediaType: .ociIndex, digest: digest),
        entries: entries,
        children: [:]
      )
    )
  }

  @Test func theKeysAreThoseOfBuildx() throws {
    let result = try result()
    let json = JSONNode(result.json)
    #expect(
      try json.members().map(\.name) == [
        "containerimage.descriptor", "containerimage.digest", "image.name", "manifestx.manifests",
      ]
    )
    #expect(try json.required("image.name").string() == "r.example/a:v1,s.example/b:v1")
    let descriptor = try json.required("containerimage.descriptor")
    #expect(try descriptor.required("size").integer() == 2)
    #expect(try descriptor.required("digest").string() == json.required("containerimage.digest").string())
    let entries = try json.required("manifestx.manifests").array()
    #expect(try entries[0].required("platform").string() == "windows/arm64")
    #expect(try entries[0].required("os.version").string() == "10.0.1")
    #expect(try entries[0].required("source").string() == "r.example/a:v1-arm64")
    #expect(try entries[1].optional("platform") == nil)
  }

  /// As on a disk that is full.
  @Test func aFileThatCannotBeWrittenAfterwardsDoesNotHideThatTheListIsPublished() throws {
    let directory = try TemporaryDirectory([:])
    let path = "\(directory.path)/gone/file"
    let options = try ResultOptions.parse(["--metadata-file", path])
    #expect(throws: MetadataFileError.self) { try options.check() }
    let output = try Pipe()
    let result = try result()
    let error = #expect(throws: MetadataFileError.self) {
      try options.show(result, Console(Terminal(output: output.writeEnd, error: -1)))
    }
    let published = "the list was published as r.example/a:v1, s.example/b:v1 (\(result.list.manifest.digest))"
    #expect(error?.description == "\(published), but \(path) cannot be written: no such file or directory")
    #expect(error?.advice == nil)
    #expect(output.contents().isEmpty)
  }
}
