import OCI
import OCILayout
import Subprocess
import TestSupport
import Testing

/// skopeo, podman and GNU tar, where they are installed.
@Suite struct OtherProgramsTests {
  struct Failed: Error, CustomStringConvertible {
    let description: String
  }

  /// - Returns: What it writes to standard output; nil if the program is not installed.
  static func run(_ program: String, _ arguments: String...) async throws -> String? {
    do {
      let answer = try await Subprocess.run(
        .name(program),
        arguments: Arguments(arguments),
        input: .none,
        output: .string(limit: 1 << 20),
        error: .string(limit: 1 << 20)
      )
      guard answer.terminationStatus.isSuccess else { throw Failed(description: answer.standardError) }
      return answer.standardOutput
    } catch let error as SubprocessError where error.code == .executableNotFound {
      return nil
    }
  }

  @Test func skopeoReadsWhatIsWrittenHere() async throws {
    let source = try LayoutFixture()
    let directory = try TemporaryDirectory()
    let layout = try await LayoutDirectory(writing: directory.path)
    try await LayoutWritingTests.copy(source, to: layout)
    let index = try RawManifest(index: [source.manifest])
    try layout.put(index)
    try await layout.setName("v1", to: source.manifest)
    try await layout.setName("list", to: index.descriptor())
    for (name, manifest) in [("v1", source.manifest.digest), ("list", index.digest)] {
      let raw = try await Self.run("skopeo", "inspect", "--raw", "oci:\(directory.path):\(name)")
      guard let raw else { return }
      #expect(try Digest(of: Array(raw.utf8)) == manifest)
    }
  }

  @Test(arguments: ["oci", "oci-archive"])
  func readsWhatSkopeoWrites(_ transport: String) async throws {
    let source = try LayoutFixture()
    let directory = try TemporaryDirectory()
    let path = "\(directory.path)/copy"
    for name in ["v1", "docker.io/library/app:v2"] {
      let reference = "\(transport):\(path):\(name)"
      let output = try await Self.run(
        "skopeo",
        "--insecure-policy",
        "copy",
        "--preserve-digests",
        "oci:\(source.path):v1",
        reference
      )
      guard output != nil else { return }
      let layout: any ImageLayout =
        transport == "oci" ? try LayoutDirectory(reading: path) : try LayoutArchive(reading: path)
      #expect(try layout.descriptor(LayoutReference(parsing: reference)?.name).digest == source.manifest.digest)
      #expect(try await text(layout.blob(source.layer)).text == LayoutFixture.layerText)
    }
  }

  @Test(arguments: ["gnu", "oldgnu", "pax", "posix", "ustar", "v7"])
  func readsWhatTarWrites(_ format: String) async throws {
    let source = try LayoutFixture()
    let directory = try TemporaryDirectory()
    let path = "\(directory.path)/a.tar"
    guard try await Self.run("tar", "--format", format, "--create", "--file", path, "-C", source.path, ".") != nil
    else { return }
    let layout = try LayoutArchive(reading: path)
    #expect(try layout.descriptor(nil).digest == source.manifest.digest)
    #expect(try await text(layout.blob(source.layer)).text == LayoutFixture.layerText)
  }
}

extension RawManifest {
  /// An index of images.
  fileprivate init(index images: [Descriptor]) throws {
    let bytes = Index(mediaType: .ociIndex, manifests: images).encoded()
    self.init(bytes: bytes, mediaType: .ociIndex, digest: try Digest(of: bytes))
  }
}
