import HTTP
import JSON
import Testing

@testable import ManifestLists
@testable import OCI
@testable import OCIRegistry
@testable import docker_manifestx

/// What `resolve` prints.
@Suite struct ResolvedNameTextTests {
  static let list = """
    Name:      r.example/a:v1
    Registry:  https://r.example
    Platform:  linux/amd64 (this machine)
    Program:   containerd

    1 NAME → DESCRIPTOR: the manifest that has this name
      HEAD /v2/a/manifests/v1
      type   application/vnd.docker.distribution.manifest.list.v2+json
      size   983 bytes
      digest sha256:0000000000000000000000000000000000000000000000000000000000000000

    2 DESCRIPTOR → LIST: the images for all platforms
      GET /v2/a/manifests/sha256:000000000000…
      5 entries: 4 images, 1 attestation

    3 LIST → MANIFEST: the image for the platform
      tries linux/amd64, linux/386
         PLATFORM     DIGEST        SIZE  WHY
      >  linux/amd64  222222222222  401B  the platform itself
         linux/amd64  333333333333  401B  the same, later in the list
         linux/386    444444444444  401B  amd64 also runs 386
      others: linux/amd64/v3
      digest sha256:2222222222222222222222222222222222222222222222222222222222222222

    4 MANIFEST → CONFIG AND LAYERS: what a pull downloads
      GET /v2/a/manifests/sha256:222222222222…
      PART     SIZE  DIGEST        TYPE
      config   163B  555555555555  application/vnd.docker.container.image.v1+json
      layer  29.1MB  666666666666  application/vnd.docker.image.rootfs.diff.tar.gzip
      layer  29.1MB  666666666666  application/vnd.docker.image.rootfs.diff.tar.gzip
      29.1MB to pull

    Note: programs take different images from this list (--as PROGRAM shows why)
      PROGRAM     LOOKS FOR       TAKES           DIGEST
      containerd  linux/amd64     linux/amd64     222222222222
      docker      linux/amd64/v3  linux/amd64/v3  111111111111
      podman      linux/amd64     linux/amd64     222222222222
      crane       linux/amd64     linux/amd64/v3  111111111111
    """

  @Test func everyStepIsShown() throws {
    let text = try Self.resolved().text(TextStyle(width: 80))
    #expect(text == Self.list)
    #expect(text.split(separator: "\n").allSatisfy { $0.count <= 80 })
    let ascii = try Self.resolved().text(TextStyle(width: 80, isUTF8: false))
    #expect(ascii == Self.list.replacing("→", with: "->").replacing("…", with: "..."))
    #expect(try Self.resolved().text(TextStyle(width: 120)) == Self.list)
  }

  /// Long lines are cut for a terminal, and for nothing else.
  @Test(arguments: [40, 80, 120])
  func longNamesDoNotWrap(width: Int) throws {
    let name = "r.example/\(Array(repeating: "component", count: 25).joined(separator: "/")):v1"
    let lines = try Self.resolved(name: name).text(TextStyle(width: width)).split(separator: "\n")
    #expect(lines.allSatisfy { $0.count <= width })
    #expect(lines[0].count == width && lines[0].hasSuffix("…"))
    #expect(try Self.resolved(name: name).text(TextStyle()).contains(name))
  }

  @Test func aMirrorAndASingleImageAreNamed() throws {
    let image = try Self.descriptor("2", .dockerManifest, 401)
    let steps: [ResolveStep] = [
      .name(.name, image), .single, .image(.get(.digest(image.digest, tag: nil)), try Self.parts(image)),
    ]
    let text = try Self.resolved(name: "r.example/a@\(image.digest)", steps: steps, query: "?ns=docker.io")
      .text(TextStyle(width: 80))
    #expect(text.contains("\nMirror:    https://r.example\n"))
    #expect(text.contains("\n  no request: the digest is in the name; type and size come with the next step\n"))
    #expect(text.contains("\n2, 3 NOT A LIST: a single image, and nothing to choose\n  containerd takes it whatever"))
    #expect(text.contains("\n  GET /v2/a/manifests/sha256:222222222222…?ns=docker.io\n"))
  }

  @Test func jsonHasAVersionAndEachStep() throws {
    let json = JSONNode(try Self.resolved().json)
    #expect(try json.required("formatVersion").integer() == 1)
    #expect(try json.required("platformFrom").string() == "machine")
    let steps = try json.required("steps").array()
    #expect(try steps.map { try $0.required("step").string() } == ["name", "list", "choice", "image"])
    #expect(try steps[2].required("rule").string() == "same")
    #expect(try json.required("programs").array().count == 4)
  }
}

extension ResolvedNameTextTests {
  /// - Parameter digit: Each of the digest's digits.
  static func descriptor(_ digit: String, _ type: MediaType, _ size: Int64, _ platform: String? = nil) throws
    -> Descriptor
  {
    let digest = try Digest(parsing: "sha256:\(String(repeating: digit, count: 64))")
    let parts = platform?.split(separator: "/").map(String.init)
    return Descriptor(
      mediaType: type,
      size: size,
      digest: digest,
      platform: parts.map { Platform(os: $0[0], architecture: $0[1], variant: $0.count > 2 ? $0[2] : nil) }
    )
  }

  static func parts(_ manifest: Descriptor) throws -> ImageParts {
    let layer = try descriptor(
      "6",
      MediaType(rawValue: "application/vnd.docker.image.rootfs.diff.tar.gzip"),
      29_100_000
    )
    let config = try descriptor("5", .dockerConfig, 163)
    let json = JSONValue.object(["config": config.json, "layers": .array([layer.json, layer.json])])
    return ImageParts(manifest: manifest, image: try ImageManifest(decoding: json.encoded()))
  }

  static func resolved(
    name: String = "r.example/a:v1",
    steps: [ResolveStep]? = nil,
    query: String = "",
    access: RepositoryAccess? = nil
  ) throws -> ResolvedName {
    let reference = try Reference(parsing: name)
    let target = PullTarget(machine: Platform(os: "linux", architecture: "amd64"), amd64Level: "v3")
    let platforms = ["linux/amd64/v3", "linux/amd64", "linux/amd64", "linux/386", "unknown/unknown"]
    let entries = try platforms.enumerated().map { try descriptor("\($0 + 1)", .dockerManifest, 401, $1) }
    let list = try descriptor("0", .dockerList, 983)
    let choice = try #require(ListChoice(from: entries, of: .ociIndex, by: .containerd, for: target))
    let usual: [ResolveStep] = [
      .name(.head(reference.name), list),
      .list(.get(.digest(list.digest, tag: nil)), list, entries: 5, attestations: 1),
      .choice(choice), .image(.get(.digest(entries[1].digest, tag: nil)), try parts(entries[1])),
    ]
    let url = "https://r.example/v2/\(reference.repository.path)"
    return ResolvedName(
      place: .registry(reference),
      options: ResolveOptions(target: target),
      steps: steps ?? usual,
      image: entries[1],
      access: access ?? RepositoryAccess(url: url, query: query, connection: .init(), authentication: .none)
    )
  }
}
