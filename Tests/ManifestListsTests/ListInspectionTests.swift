import OCI
import OCIRegistry
import TestSupport
import Testing

@testable import ManifestLists

/// What is read of the list `a:v1`: two images, and an attestation of the first one.
@Suite struct ListInspectionTests {
  private let registry = ScriptedRegistry()
  private let images: [RawManifest]
  private let list: RawManifest

  init() throws {
    let registry = registry
    var images: [RawManifest] = []
    for (architecture, created) in [("arm64", "2026-01-02T03:04:05Z"), ("amd64", "2026-01-01T00:00:00Z")] {
      let config = #"{"os":"linux","architecture":"\#(architecture)","created":"\#(created)"}"#
      images.append(try registry.add("a:\(architecture)", config: config))
    }
    images.append(try registry.add("a:attestation", Self.attestation, .ociManifest))
    for image in images {
      try registry.add("a@\(image.digest)", String(decoding: image.bytes, as: UTF8.self), image.mediaType)
    }
    self.images = images
    list = try Self.add(Self.index(images), to: registry)
  }

  private static let attestation = """
    {"schemaVersion":2,"config":{"mediaType":"application/vnd.oci.image.config.v1+json","size":2,"digest":"\(none)"},
    "layers":[{"mediaType":"m","size":2,"digest":"\(none)","annotations":{"in-toto.io/predicate-type":"https://slsa.dev/provenance/v1"}},
    {"mediaType":"m","size":2,"digest":"\(none)","annotations":{"in-toto.io/predicate-type":"https://spdx.dev/Document"}}]}
    """
  private static let none = "sha256:" + String(repeating: "0", count: 64)

  private static func index(_ images: [RawManifest]) throws -> Index {
    let platforms = ["arm64", "amd64"].map { Platform(os: "linux", architecture: $0) }
    var index = Index(mediaType: .ociIndex, manifests: zip(images, platforms).map { $0.descriptor(platform: $1) })
    var attestation = images[2].descriptor(platform: Platform(os: "unknown", architecture: "unknown"))
    attestation.annotations = [
      "vnd.docker.reference.type": "attestation-manifest", "vnd.docker.reference.digest": "\(images[0].digest)",
    ]
    index.manifests.append(attestation)
    return index
  }

  @discardableResult
  private static func add(_ index: Index, to registry: ScriptedRegistry) throws -> RawManifest {
    try registry.add("a:v1", String(decoding: index.encoded(), as: UTF8.self), .ociIndex)
  }

  private func inspect(_ request: InspectRequest) async throws -> [Inspection] {
    try await Inspector(registries: registry.registries).inspect(Place(parsing: "r.example/a:v1"), request)
  }

  /// The number of requests is that of the round trips, where each is sent when all before it have been answered.
  static let depths: [(InspectRequest.Depth, requests: Int)] = [
    (.manifest, 1), (.list, 1), (.platforms, 1), (.images, 4), (.configs, 6),
  ]

  @Test(arguments: depths)
  func nothingIsReadThatWasNotAskedFor(depth: InspectRequest.Depth, requests: Int) async throws {
    let inspection = try #require(try await inspect(InspectRequest(depth)).first)
    #expect(inspection.descriptor.digest == list.digest)
    #expect(registry.requests.count == requests)
    guard depth > .manifest else { return #expect(inspection.entries.isEmpty) }
    #expect(inspection.entries.map { $0.platform?.description } == ["linux/arm64", "linux/amd64", "unknown/unknown"])
    #expect(inspection.entries.map { $0.image?.layerCount } == (depth >= .images ? [0, 0, 2] : [nil, nil, nil]))
  }

  @Test func theSizeIsThatOfConfigAndLayersEachOnce() async throws {
    let entries = try #require(try await inspect(InspectRequest(.configs)).first).entries
    #expect(entries.map { $0.image?.pullSize } == [70, 70, 2])
    #expect(entries.map { $0.image?.created } == ["2026-01-02T03:04:05Z", "2026-01-01T00:00:00Z", nil])
  }

  @Test func attestationsAreThoseOfTheirImage() async throws {
    guard case .list(let list)? = try await inspect(InspectRequest(.images)).first?.content else {
      Issue.record("it is a list")
      return
    }
    let types = list.attestations(of: images[0].digest).map { $0.image?.predicateTypes }
    #expect(types == [["https://slsa.dev/provenance/v1", "https://spdx.dev/Document"]])
    #expect(list.attestations(of: images[1].digest).isEmpty)
  }

  @Test func aMissingImageIsTheProblemOfItsEntry() async throws {
    registry.answer("GET a/manifests/\(images[1].digest)", ScriptedRegistry.missing)
    let entries = try #require(try await inspect(InspectRequest(.configs)).first).entries
    #expect(entries.map { $0.problem?.saysNoSuchImage } == [nil, true, nil])
    #expect(entries.map { $0.platform?.description } == ["linux/arm64", "linux/amd64", "unknown/unknown"])
  }

  @Test func anErrorOfTheConnectionIsNoProblemOfAnEntry() async throws {
    registry.answer("GET a/manifests/\(images[1].digest)", .status(500))
    await #expect(throws: RegistryError.self) { try await inspect(InspectRequest(.images)) }
  }

  @Test func whatIsBehindSeveralEntriesIsReadOnce() async throws {
    var index = try Self.index(images)
    for variant in ["v8.1", "v8.2"] {
      index.manifests.append(images[0].descriptor(platform: try Platform(parsing: "linux/arm64/\(variant)")))
    }
    index.manifests[4].size += 1
    try Self.add(index, to: registry)
    let entries = try #require(try await inspect(InspectRequest(.configs)).first).entries
    #expect(entries.map(\.descriptor) == index.manifests)
    #expect(entries.map { $0.image?.created != nil } == [true, true, false, true, false])
    #expect(entries.map { $0.problem == nil } == [true, true, true, true, false])
    #expect(registry.requests.filter { $0.contains("/blobs/") }.count == 2)
  }

  @Test func aChangedDescriptorIsTheProblemOfItsEntry() async throws {
    var index = try Self.index(images)
    index.manifests[0].size += 1
    try Self.add(index, to: registry)
    let entries = try #require(try await inspect(InspectRequest(.images)).first).entries
    let size = images[0].bytes.count
    #expect(entries[0].problem as? ManifestError == .differs(member: "size", said: "\(size + 1)", found: "\(size)"))
  }

  /// Publishing decides so, too.
  @Test func aPlatformThatTheListDoesNotStateIsThatOfTheConfig() async throws {
    var index = try Self.index(images)
    index.manifests[1].platform = nil
    try Self.add(index, to: registry)
    let inspection = try #require(try await inspect(InspectRequest(.platforms)).first)
    #expect(inspection.entries.map { $0.runnablePlatform?.description } == ["linux/arm64", "linux/amd64", nil])
    #expect(registry.requests.count == 3)
    let chosen = try await inspect(InspectRequest(.manifest, platform: Platform(parsing: "amd64")))
    #expect(chosen.map(\.descriptor.digest) == [images[1].digest])
  }

  // MARK: - One platform

  @Test func theImageForAPlatformIsShownAsIfItHadBeenNamed() async throws {
    let found = try await inspect(InspectRequest(.configs, platform: Platform(parsing: "linux/arm64/v8")))
    #expect(found.map(\.descriptor.digest) == [images[0].digest])
    let entry = try #require(found.first?.entries.first)
    #expect(entry.image?.content?.layers.isEmpty == true)
    #expect(entry.attestations.map { $0.image?.predicateTypes.count } == [2])
    #expect(registry.requests.count == 4)
  }

  @Test func theBytesAreThoseOfTheImage() async throws {
    var request = InspectRequest(.manifest, platform: try Platform(parsing: "amd64"))
    request.keepsManifest = true
    #expect(try await inspect(request).map(\.manifest) == [images[1]])
    #expect(registry.requests.count == 2)
  }

  @Test(arguments: [InspectRequest.Depth.manifest, .list, .platforms, .images, .configs])
  func aPlatformThatIsNotThereIsAnError(depth: InspectRequest.Depth) async throws {
    let error = await #expect(throws: InspectError.self) {
      try await inspect(InspectRequest(depth, platform: Platform(parsing: "s390x")))
    }
    #expect(
      error.map { "\($0)" } == "r.example/a:v1 has no image for linux/s390x, only for linux/arm64, linux/amd64"
    )
    await #expect(throws: PlatformError.self) {
      try await inspect(InspectRequest(depth, platform: Platform(parsing: "linux/amd65")))
    }
  }

  @Test func aPlatformWithAVersionMeansOneOfSeveralImages() async throws {
    var index = try Self.index(images)
    for (position, version) in ["10.0.17763.1", "10.0.20348.1"].enumerated() {
      index.manifests[position].platform = Platform(os: "windows", architecture: "amd64", osVersion: version)
    }
    try Self.add(index, to: registry)
    func digests(_ platform: String) async throws -> [Digest] {
      let platform = try Platform(parsingWithVersion: platform)
      return try await inspect(InspectRequest(.manifest, platform: platform)).map(\.descriptor.digest)
    }
    #expect(try await digests("windows/amd64") == images.prefix(2).map(\.digest))
    #expect(try await digests("windows/amd64:10.0.20348.1") == [images[1].digest])
    var request = InspectRequest(.manifest, platform: try Platform(parsing: "windows/amd64"))
    request.keepsManifest = true
    await #expect(throws: InspectError.self) { try await inspect(request) }
  }
}
