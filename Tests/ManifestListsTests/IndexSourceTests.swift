import OCI
import OCIRegistry
import TestSupport
import Testing

@testable import ManifestLists

/// Sources that are indexes, as `docker buildx build` pushes them.
@Suite struct IndexSourceTests {
  private let registry = ScriptedRegistry()
  private let events = EventLog()

  // MARK: - What becomes an entry

  @Test func itsImagesJoinWithTheirAttestationsAndNoConfigIsRead() async throws {
    let arm64 = try addIndex("a:v1-arm64", images: ["linux/arm64"])
    let amd64 = try addIndex("a:v1-amd64", images: ["linux/amd64"])
    let list = try await publish(["v1-arm64", "v1-amd64"])
    let index = try decoded(list)
    #expect(index.manifests == arm64.index.manifests + amd64.index.manifests)
    #expect(index.manifests.map { $0.attestedImage != nil } == [false, true, false, true])
    #expect(list.entries.allSatisfy { $0.origin == .index })
    #expect(list.manifest.mediaType == .ociIndex)
    #expect(!registry.requests.contains { $0.contains("/blobs/") })
    // LIST and the two indexes, and the manifests that they point at.
    #expect(registry.requests.count == 3 + 4 + 1)
    #expect(registry.puts == ["PUT a/manifests/v1"])
  }

  @Test func membersThatAreNotKnownSurvive() async throws {
    let text = #","urls":["https://r.example/x"],"artifactType":"a/b","x-own":{"b":1,"a":[2]}"#
    let child = try addIndex("a:v1-arm64", images: ["linux/arm64"], members: text).index.manifests[0]
    try registry.add("a:v1-amd64", config: #"{"os":"linux","architecture":"amd64"}"#)
    let list = try await publish(["v1-arm64", "v1-amd64"])
    #expect(String(decoding: list.manifest.bytes, as: UTF8.self).contains(#""x-own""#))
    #expect(try decoded(list).manifests[0] == child)
  }

  @Test func theOnlySourceKeepsItsBytes() async throws {
    let source = try addIndex("a:build", images: ["linux/arm64", "linux/amd64"], annotations: #"{"k":"v"}"#)
    let list = try await publish(["build"])
    #expect(list.manifest == source.manifest)
    #expect(registry.puts == ["PUT a/manifests/v1"])
  }

  /// The index is edited then: it keeps its own annotations.
  @Test func whereImagesAreLeftOutTheRestOfTheIndexIsKept() async throws {
    try addIndex("a:build", images: ["linux/arm64", "linux/amd64", "linux/arm/v7"], annotations: #"{"k":"v"}"#)
    let list = try await publish(
      ["build"],
      selection: ImageSelection(platforms: [try Platform(parsing: "linux/arm64/v8")])
    )
    let index = try decoded(list)
    #expect(index.annotations == ["k": "v"])
    #expect(index.manifests.map { $0.platform?.description } == ["linux/arm64", "unknown/unknown"])
    // Of those that are left out, nothing is read.
    #expect(registry.requests.filter { $0.contains("sha256") }.count == 2)
  }

  /// Nothing says which image such an entry belongs to.
  @Test func entriesForNoPlatformAreLeftOutWithAFilter() async throws {
    let source = try addIndex("a:build", images: ["linux/arm64"]).index.manifests
    var other = source[1]
    other.annotations = [:]
    try addIndex("a:other", of: [source[0], other])
    let arm64 = ImageSelection(platforms: [try Platform(parsing: "arm64")])
    #expect(try await publish(["other"], selection: arm64).entries.map(\.descriptor) == [source[0]])
    #expect(try await publish(["other"]).entries.count == 2)
    // For another program, and not read.
    (other.platform, other.mediaType) = (nil, MediaType(rawValue: "application/vnd.example+json"))
    try addIndex("a:other", of: [source[0], other])
    #expect(try await publish(["other"], selection: arm64).entries.map(\.descriptor) == [source[0]])
  }

  @Test func withoutAttestationsOnlyImagesAreLeft() async throws {
    try addIndex("a:build", images: ["linux/arm64", "linux/amd64"])
    let list = try await publish(["build"], selection: ImageSelection(includesAttestations: false))
    #expect(try decoded(list).manifests.map { $0.platform?.description } == ["linux/arm64", "linux/amd64"])
  }

  /// With the annotations of an attestation, nothing is read to find out its platform.
  @Test func anAttestationNeedsNoPlatform() async throws {
    var entries = try addIndex("a:build", images: ["linux/arm64"]).index.manifests
    entries[1].platform = nil
    try addIndex("a:other", of: entries)
    #expect(try await publish(["other"]).entries.map(\.descriptor) == entries)
    let images = ImageSelection(includesAttestations: false)
    #expect(try await publish(["other"], selection: images).entries.map(\.descriptor) == [entries[0]])
  }

  @Test func anImageWithoutAPlatformInTheIndexIsReadFromItsConfig() async throws {
    try addIndex("a:v1-arm64", images: ["-"], config: #"{"os":"linux","architecture":"arm64"}"#)
    let list = try await publish(["v1-arm64"], form: .oci, selection: ImageSelection(includesAttestations: false))
    #expect(list.entries.map { $0.descriptor.platform?.description } == ["linux/arm64"])
    #expect(list.entries.first?.origin == .tagAndConfig)
  }

  @Test func nestedIndexesAreFlattened() async throws {
    let inner = try addIndex("a:inner", images: ["linux/arm64", "linux/amd64"])
    let windows = try addIndex("a:windows", images: ["windows/amd64"])
    try addIndex("a:outer", of: [inner.manifest.descriptor()])
    let list = try await publish(["outer", "windows"])
    #expect(try decoded(list).manifests == inner.index.manifests + windows.index.manifests)
  }

  static let spellings = [
    ("linux/s390x/v8", "linux/s390x"), ("linux/aarch64", "linux/arm64"), ("Linux/ARM64", "linux/arm64"),
    ("linux/arm64/armv8", "linux/arm64/v8"), ("linux/arm/7", "linux/arm/v7"), ("linux/amd64/v3", "linux/amd64/v3"),
  ]

  @Test(arguments: spellings)
  func aPlatformIsSpelledAsEnginesFindIt(stated: String, spelled: String) async throws {
    let one = try addIndex("a:one", images: [stated])
    try addIndex("a:two", images: ["linux/riscv64"])
    let warnings = stated == spelled ? 0 : 1
    for (number, images) in [["one"], ["one", "two"]].enumerated() {
      let list = try await publish(images, expected: images.count == 1 ? [Platform(parsing: spelled)] : [])
      let entries = try decoded(list).manifests
      #expect(entries[0].platform?.description == spelled)
      #expect(entries[1] == one.index.manifests[1])
      #expect((list.manifest == one.manifest) == (images.count == 1 && warnings == 0))
      let texts = events.all.filter { $0.hasPrefix("warning: ") && $0.hasSuffix(" is \(spelled), not \(stated)") }
      #expect(texts.count == warnings * (number + 1))
    }
    let filter = ImageSelection(platforms: [try Platform(parsing: spelled)])
    #expect(try await publish(["one", "two"], selection: filter).entries.count == 2)
  }

  @Test func anAssignedPlatformIsThatOfTheOnlyImage() async throws {
    try addIndex("a:one", images: ["linux/arm64"])
    let list = try await publish(["one"], platform: "linux/s390x")
    #expect(try decoded(list).manifests.map { $0.platform?.description } == ["linux/s390x", "unknown/unknown"])
    try addIndex("a:two", images: ["linux/arm64", "linux/amd64"])
    await refused(["two"], platform: "linux/s390x") { if case .severalImages = $0 { true } else { false } }
  }

  // MARK: - What is refused

  @Test func theTagMustAgreeWithEachImage() async throws {
    try addIndex("a:v1-arm64", images: ["linux/arm64", "linux/amd64"])
    await refused(["v1-arm64"]) { error in
      if case .childDiffers(_, let tag, let child) = error {
        "\(tag) \(child)" == "linux/arm64 linux/amd64"
      } else {
        false
      }
    }
    #expect(try await publish(["v1-arm64"], platformFrom: .config).entries.count == 4)
  }

  @Test func aChildMustBeWhatTheIndexSays() async throws {
    let source = try addIndex("a:build", images: ["linux/arm64", "linux/amd64"])
    let child = source.index.manifests[0]
    let path = "GET a/manifests/\(child.digest)"
    registry.answer(path, ScriptedRegistry.missing)
    await refused(["build"]) { $0.description.contains("the image for linux/arm64 (@\(child.digest))") }
    registry.answer(path, .status(200, ["Content-Type": child.mediaType.rawValue], body: "{}"))
    await refused(["build"]) { $0.description.contains("digest") }
    for (size, type) in [(child.size + 1, child.mediaType), (child.size, MediaType.dockerManifest)] {
      var other = child
      (other.size, other.mediaType) = (size, type)
      registry.answer(path, .status(200, ["Content-Type": child.mediaType.rawValue], body: Self.image("linux/arm64")))
      try addIndex("a:other", of: [other])
      await refused(["other"]) { $0.description.contains("its descriptor says") }
    }
    #expect(registry.puts.isEmpty)
  }

  @Test func nestingHasALimit() async throws {
    var descriptor = try addIndex("a:nested", images: ["linux/arm64"]).manifest.descriptor()
    for _ in 0..<64 { descriptor = try addIndex("a:nested", of: [descriptor]).manifest.descriptor() }
    await refused(["nested"]) { error in
      if case .badChild = error { false } else { "\(error)".contains("more than 8 deep") }
    }
    try addIndex("a:wide", of: Array(repeating: descriptor, count: 1001))
    await refused(["wide"]) { if case .tooManyImages = $0 { true } else { false } }
    try addIndex("a:empty", of: [])
    await refused(["empty"]) { if case .noImages = $0 { true } else { false } }
  }

  @Test func expectedAndSelectedPlatformsMustBeThere() async throws {
    try addIndex("a:build", images: ["linux/arm64", "linux/amd64"])
    let (arm, amd, s390x) = (
      try Platform(parsing: "linux/arm64/v8"), try Platform(parsing: "linux/amd64"),
      try Platform(parsing: "linux/s390x")
    )
    await refused(["build"], selection: ImageSelection(platforms: [arm, s390x])) { error in
      if case .notSelected(let platforms) = error { platforms == [s390x] } else { false }
    }
    for (expected, missing, others) in [
      ([arm], [], [amd]), ([arm, amd, s390x], [s390x], []), ([s390x], [s390x], [arm, amd]),
    ] {
      await refused(["build"], expected: expected) { error in
        guard case .unexpectedPlatforms(let found, let more) = error else { return false }
        return found.map(\.normalized) == missing.map(\.normalized)
          && more.map(\.normalized) == others.map(\.normalized)
      }
    }
    #expect(registry.puts.isEmpty)
    #expect(try await publish(["build"], expected: [amd, arm]).entries.count == 4)
  }
}

// MARK: - Fixtures

extension IndexSourceTests {
  private static func image(_ platform: String, config: String = "{}") -> String {
    let digest = (try? Digest(of: Array(config.utf8))).map { "\($0)" } ?? ""
    return
      #"{"schemaVersion":2,"mediaType":"\#(MediaType.ociManifest)","config":{"mediaType":"\#(MediaType.ociConfig)","#
      + #""size":\#(config.utf8.count),"digest":"\#(digest)"},"layers":[],"annotations":{"platform":"\#(platform)"}}"#
  }

  /// An index in which each image has an attestation.
  ///
  /// - Parameters:
  ///   - images: Their platforms; `-` for none.
  ///   - members: Further JSON members of the first entry.
  @discardableResult
  private func addIndex(
    _ name: String,
    images: [String],
    config: String = "{}",
    members: String = "",
    annotations: String? = nil
  ) throws -> FoundIndex {
    var entries: [String] = []
    registry.answer("GET a/blobs/\(try Digest(of: Array(config.utf8)))", .status(200, body: config))
    for platform in images {
      let manifest = try add(name, Self.image(platform, config: config))
      let parts = platform.split(separator: "/").map { "\"\($0)\"" }
      let variant = parts.count > 2 ? #","variant":\#(parts[2])"# : ""
      let written = parts.count > 1 ? #","platform":{"architecture":\#(parts[1]),"os":\#(parts[0])\#(variant)}"# : ""
      entries.append(entry(manifest, written + (entries.isEmpty ? members : "")))
      let attestation = try add(name, Self.image("attestation of \(platform) in \(name)"))
      let marks =
        #"{"vnd.docker.reference.digest":"\#(manifest.digest)","vnd.docker.reference.type":"attestation-manifest"}"#
      let unknown = #","platform":{"architecture":"unknown","os":"unknown"},"annotations":\#(marks)"#
      entries.append(entry(attestation, unknown))
    }
    let own = annotations.map { #","annotations":\#($0)"# } ?? ""
    return try add(name, index: "{\"schemaVersion\": 2, \"manifests\": [\(entries.joined(separator: ", "))]\(own)}")
  }

  @discardableResult
  private func addIndex(_ name: String, of children: [Descriptor]) throws -> FoundIndex {
    try add(name, index: String(decoding: Index(mediaType: .ociIndex, manifests: children).encoded(), as: UTF8.self))
  }

  private func add(_ name: String, index text: String) throws -> FoundIndex {
    let manifest = try registry.add(name, text, .ociIndex)
    try registry.add("a@\(manifest.digest)", text, .ociIndex)
    return FoundIndex(manifest: manifest, index: try Index(decoding: manifest.bytes, mediaType: .ociIndex))
  }

  private func add(_ name: String, _ text: String) throws -> RawManifest {
    try registry.add("a@\(try Digest(of: Array(text.utf8)))", text, .ociManifest)
  }

  private func entry(_ manifest: RawManifest, _ members: String) -> String {
    #"{"mediaType":"\#(manifest.mediaType)","digest":"\#(manifest.digest)","size":\#(manifest.bytes.count)\#(members)}"#
  }

  private func decoded(_ list: AssembledList) throws -> Index {
    try Index(decoding: list.manifest.bytes, mediaType: list.manifest.mediaType)
  }

  private func publish(
    _ images: [String],
    form: PublishRequest.ListForm = .automatic,
    selection: ImageSelection = ImageSelection(),
    platform: String? = nil,
    platformFrom: PublishRequest.PlatformFrom = .check,
    expected: [Platform] = []
  ) async throws -> AssembledList {
    let assigned = try platform.map { try Platform(parsing: $0) }
    let sources = try images.map { Source($0, try Reference(parsing: "r.example/a:\($0)"), platform: assigned) }
    let repository = try Reference(parsing: "r.example/a").repository
    var request = try PublishRequest(repository: repository, tags: [try Tag(parsing: "v1")], sources: sources)
    request.form = form
    request.selection = selection
    request.platformFrom = platformFrom
    request.expectedPlatforms = expected
    registry.leaveOut("v1")
    return try await Publisher(registries: registry.registries, onEvent: events.sink).publish(request)
  }

  private func refused(
    _ images: [String],
    selection: ImageSelection = ImageSelection(),
    platform: String? = nil,
    expected: [Platform] = [],
    _ isRight: (PublishError) -> Bool
  ) async {
    let error = await #expect(throws: PublishError.self) {
      try await publish(images, selection: selection, platform: platform, expected: expected)
    }
    #expect(error.map(isRight) == true, "\(error.map { "\($0)" } ?? "-")")
  }
}
