import Glibc
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
    #expect(throws: ResultError.self) { try options.check(besides: [], []) }
    let output = try Pipe()
    let result = try result()
    let error = #expect(throws: ResultError.self) {
      try options.show(result, Console(Terminal(output: output.writeEnd, error: -1)))
    }
    let published = "the list was published as r.example/a:v1, s.example/b:v1 (\(result.list.manifest.digest))"
    #expect(error?.description == "\(published), but \(path) cannot be written: no such file or directory")
    #expect(error?.advice == nil)
    #expect(output.contents().isEmpty)
  }

  @Test(
    arguments: [
      ("a.tar", "it is part of oci-archive:a.tar:v1"), ("other-name.tar", "it is part of oci-archive:a.tar:v1"),
      ("link.tar", "it is part of oci-archive:a.tar:v1"), ("sub/../a.tar", "it is part of oci-archive:a.tar:v1"),
      ("new.tar", "it is part of oci-archive:new.tar:v1"), ("sub/index.json", "it is part of oci:sub:v1"),
      ("sub/oci-layout", "it is part of oci:sub:v1"), ("sub/blobs/sha256/0123", "it is part of oci:sub:v1"),
      ("list.json", "it is the file of --from"), ("sub/result.json", nil), ("result.json", nil),
    ] as [(String, String?)]
  )
  func aFileThatTheCommandAlsoUsesIsNotReplaced(file: String, use: String?) throws {
    let directory = try TemporaryDirectory([
      "a.tar": "archive", "list.json": "{}", "sub/index.json": "{}", "sub/oci-layout": "{}", "sub/blobs/sha256/0": "{}",
    ])
    let path = directory.path
    #expect(link("\(path)/a.tar", "\(path)/other-name.tar") == 0)
    #expect(symlink("a.tar", "\(path)/link.tar") == 0)
    let places = ["oci-archive:\(path)/a.tar:v1", "oci-archive:\(path)/new.tar:v1", "oci:\(path)/sub:v1"]
    let options = try ResultOptions.parse(["--metadata-file", "\(path)/\(file)"])
    func check() throws {
      try options.check(
        besides: places.map { try Place(parsing: $0) },
        [("-", "standard input"), ("\(path)/list.json", "the file of --from")]
      )
    }
    guard let use else { return try check() }
    let error = #expect(throws: ResultError.self) { try check() }
    #expect(error?.description.replacing("\(path)/", with: "") == "cannot write \(file): \(use)")
    #expect(error?.advice == "Nothing was published. Use another file: --metadata-file FILE")
  }
}
