import OCI
import Testing

@testable import ManifestLists

@Suite struct IndexAssemblerTests {
  @Test func keepsTheOrderOfTheImages() throws {
    let entries = [try entry("linux/arm64"), try entry("linux/amd64")]
    let list = try assemble(entries, .automatic)
    let index = try Index(decoding: list.manifest.bytes, mediaType: list.manifest.mediaType)
    #expect(index.manifests == entries.map(\.descriptor))
    #expect(list.entries == entries)
    #expect(try list.manifest.digest == Digest(of: list.manifest.bytes))
    let turned = try assemble(entries.reversed(), .automatic)
    #expect(turned.manifest.digest != list.manifest.digest)
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
    let entries = try zip(children, ["linux/arm64", "linux/amd64"]).map { try entry($1, $0) }
    guard let list else {
      let error = #expect(throws: PublishError.self) { try assemble(entries, form) }
      #expect(error?.description.contains("linux-amd64 is of the type \(MediaType.ociManifest)") == true)
      return
    }
    let assembled = try assemble(entries, form)
    #expect(assembled.manifest.mediaType == list)
    #expect(try MediaType.named(inManifest: assembled.manifest.bytes) == list)
  }

  /// Docker's manifest lists have no annotations.
  @Test func annotatedEntriesMakeAnOCIIndex() throws {
    let plain = try entry("linux/arm64")
    var descriptor = try entry("linux/amd64").descriptor
    descriptor.annotations = ["a": "b"]
    let annotated = ListEntry(source: plain.source, place: plain.place, descriptor: descriptor, origin: .index)
    #expect(try assemble([plain, annotated], .automatic).manifest.mediaType == .ociIndex)
    #expect(throws: PublishError.self) { try assemble([plain, annotated], .docker) }
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
    let entries = [try entry(one), try entry(other)]
    if areSame {
      #expect(throws: PublishError.self) { try assemble(entries, .oci) }
    } else {
      #expect(throws: Never.self) { try assemble(entries, .oci) }
    }
  }

  @Test func allDuplicatesAndAllOtherTypesAreTold() throws {
    let duplicates = try ["linux/arm64", "linux/amd64", "linux/arm64/v8", "linux/amd64", "linux/s390x"].enumerated().map
    {
      try entry($0.element, .ociManifest, tag: "tag\($0.offset)")
    }
    let error = #expect(throws: PublishError.self) { try assemble(duplicates, .docker) }
    let pairs = ["tag0 and r.example/a:tag2 are", "tag1 and r.example/a:tag3 are"]
    try expect(error, pairs)
    let others = Array(duplicates.prefix(2))
    try expect(
      #expect(throws: PublishError.self) { try assemble(others, .docker) },
      ["tag0 is of the type", "tag1 is of the type"]
    )
  }

  /// - Parameter parts: How the lines of the error begin, after `r.example/a:`.
  private func expect(_ error: PublishError?, _ parts: [String]) throws {
    let lines = try #require(error.map { "\($0)" }).split(separator: "\n")
    #expect(lines.count == parts.count)
    for (line, part) in zip(lines, parts) { #expect(line.hasPrefix("r.example/a:\(part) "), "\(line)") }
  }

  static let details: [(os: String, version: String?, features: [String]?, areSame: Bool)] = [
    ("windows", "10.0.20348.1", nil, false),
    ("windows", nil, ["win32k"], false),
    ("windows", nil, [], true),
    // Engines look at neither of them elsewhere.
    ("linux", "10.0.20348.1", nil, true),
    ("linux", nil, ["sse4"], true),
    ("linux", nil, [], true),
  ]

  @Test(arguments: details)
  func onlyWindowsHasVersions(os: String, version: String?, features: [String]?, areSame: Bool) throws {
    let entries = [
      try entry("\(os)/amd64"), try entry("\(os)/amd64", tag: "other", osVersion: version, osFeatures: features),
    ]
    if areSame {
      #expect(throws: PublishError.self) { try assemble(entries, .oci) }
    } else {
      #expect(throws: Never.self) { try assemble(entries, .oci) }
    }
  }

  /// Each image can have an attestation, and all of them have the same platform.
  @Test func attestationsAreNoDuplicates() throws {
    var entries = [try entry("linux/arm64"), try entry("linux/amd64")]
    for tag in ["one", "two"] {
      let source = try source(tag)
      let platform = Platform(os: "unknown", architecture: "unknown")
      let digest = try Digest(of: Array(tag.utf8))
      let descriptor = Descriptor(mediaType: .ociManifest, size: 3, digest: digest, platform: platform)
      entries.append(ListEntry(source: source, place: source.place, descriptor: descriptor, origin: .config))
    }
    #expect(try assemble(entries, .oci).entries.count == 4)
  }

  private func assemble(_ entries: [ListEntry], _ form: PublishRequest.ListForm) throws -> AssembledList {
    let repository = try Reference(parsing: "r.example/a").repository
    var request = try PublishRequest(repository: repository, tags: [.latest], sources: [])
    request.form = form
    return try IndexAssembler.assemble(Resolution(entries: entries), request)
  }

  private func source(_ tag: String) throws -> Source {
    Source(tag, try Reference(parsing: "r.example/a:\(tag)"), reading: .tag)
  }

  /// An entry whose tag is its platform, unless another one is given.
  private func entry(
    _ platform: String,
    _ type: MediaType = .dockerManifest,
    tag: String? = nil,
    osVersion: String? = nil,
    osFeatures: [String]? = nil
  ) throws -> ListEntry {
    var parsed = try Platform(parsing: platform)
    (parsed.osVersion, parsed.osFeatures) = (osVersion, osFeatures)
    let tag = tag ?? platform.replacing("/", with: "-")
    let source = try source(tag)
    return ListEntry(
      source: source,
      place: source.place,
      descriptor: Descriptor(mediaType: type, size: 3, digest: try Digest(of: Array(tag.utf8)), platform: parsed),
      origin: .config
    )
  }
}
