import OCI
import Testing

@testable import ManifestLists

@Suite struct IndexAssemblerTests {
  @Test func keepsTheOrderOfTheImages() throws {
    let sources = [try resolved("linux/arm64"), try resolved("linux/amd64")]
    let list = try IndexAssembler.assemble(sources, form: .automatic)
    let index = try Index(decoding: list.bytes, mediaType: list.mediaType)
    #expect(index.manifests == sources.map(\.descriptor))
    #expect(try list.digest == Digest(of: list.bytes))
    let turned = try IndexAssembler.assemble(sources.reversed(), form: .automatic)
    #expect(turned.digest != list.digest)
  }

  static let forms: [(children: [MediaType], form: PublishRequest.ListForm, list: MediaType?)] = [
    ([.dockerManifest, .dockerManifest], .automatic, .dockerList),
    ([.dockerManifest, .ociManifest], .automatic, .ociIndex),
    ([.ociManifest, .ociManifest], .automatic, .ociIndex),
    ([.dockerManifest, .dockerManifest], .oci, .ociIndex),
    ([.dockerManifest, .dockerManifest], .docker, .dockerList),
    ([.dockerManifest, .ociManifest], .docker, nil),
  ]

  @Test(arguments: forms)
  func choosesTheForm(children: [MediaType], form: PublishRequest.ListForm, list: MediaType?) throws {
    let sources = try zip(children, ["linux/arm64", "linux/amd64"]).map { try resolved($1, $0) }
    guard let list else {
      let error = #expect(throws: PublishError.self) { try IndexAssembler.assemble(sources, form: form) }
      #expect(error?.description.contains("linux-amd64 is of the type \(MediaType.ociManifest)") == true)
      return
    }
    let assembled = try IndexAssembler.assemble(sources, form: form)
    #expect(assembled.mediaType == list)
    #expect(try MediaType.named(inManifest: assembled.bytes) == list)
  }

  static let pairs: [(one: String, other: String, areSame: Bool)] = [
    ("linux/arm64", "linux/arm64", true),
    ("linux/arm64", "linux/arm64/v8", true),
    ("linux/arm", "linux/arm/v7", true),
    ("linux/arm/v6", "linux/arm/v7", false),
    ("linux/amd64", "windows/amd64", false),
  ]

  @Test(arguments: pairs)
  func onePlatformStandsOnce(one: String, other: String, areSame: Bool) throws {
    let sources = [try resolved(one), try resolved(other)]
    if areSame {
      #expect(throws: PublishError.self) { try IndexAssembler.assemble(sources, form: .oci) }
    } else {
      #expect(throws: Never.self) { try IndexAssembler.assemble(sources, form: .oci) }
    }
  }

  @Test func versionsOfWindowsAreTwoPlatforms() throws {
    let sources = [
      try resolved("windows/amd64", osVersion: "10.0.17763.1"),
      try resolved("windows/amd64", osVersion: "10.0.20348.1"),
    ]
    #expect(throws: Never.self) { try IndexAssembler.assemble(sources, form: .oci) }
  }

  /// A source whose tag is its platform.
  private func resolved(
    _ platform: String,
    _ type: MediaType = .dockerManifest,
    osVersion: String? = nil
  ) throws -> ResolvedSource {
    var parsed = try Platform(parsing: platform)
    parsed.osVersion = osVersion
    let tag = platform.replacing("/", with: "-")
    return ResolvedSource(
      source: try Source(tag, in: Reference(parsing: "r.example/a").repository),
      descriptor: Descriptor(mediaType: type, size: 3, digest: try Digest(of: Array(tag.utf8)), platform: parsed),
      origin: .config
    )
  }
}
