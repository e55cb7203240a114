import OCI
import OCIRegistry
import TestSupport
import Testing

@testable import ManifestLists

/// Annotations, artifact type and subject of a list.
@Suite struct ListAdditionsTests {
  private let registry = ScriptedRegistry()
  private let events = EventLog()

  init() throws {
    try addImage("arm64", labels: ["org.opencontainers.image.title": "app", "org.opencontainers.image.version": "1"])
    try addImage("amd64", labels: ["org.opencontainers.image.title": "app", "org.opencontainers.image.version": "2"])
    registry.leaveOut("v1")
  }

  // MARK: - Where annotations are

  @Test func annotationsAreOfTheListOrOfItsImages() async throws {
    let list = try await publish { additions in
      additions.annotations = [
        ListAnnotation(.list, key: "b", value: "list"), ListAnnotation(.list, key: "a", value: "1"),
        ListAnnotation(.entries(try Platform(parsing: "linux/arm64/v8")), key: "c", value: "arm"),
        ListAnnotation(.entries(nil), key: "c", value: "all"), ListAnnotation(.entries(nil), key: "d", value: ""),
      ]
    }
    let index = try decoded(list)
    #expect(index.mediaType == .ociIndex)
    #expect(index.annotations == ["a": "1", "b": "list"])
    // The one for a platform counts, in any order.
    #expect(index.manifests.map(\.annotations) == [["c": "arm", "d": ""], ["c": "all", "d": ""]])
    #expect(list.entries.map(\.descriptor) == index.manifests)
    #expect(events.all.filter { $0.hasPrefix("note") } == ["note: ociIndex"])
  }

  @Test func withoutAdditionsNothingIsSaid() async throws {
    let list = try await publish { _ in }
    #expect(list.manifest.mediaType == .dockerList)
    #expect(!events.all.contains { $0.hasPrefix("note") })
  }

  /// The list would be an OCI index anyway.
  @Test func theFormIsMentionedOnlyWhereItChanges() async throws {
    try await publish(form: .oci) { $0.annotations = [ListAnnotation(.list, key: "a", value: "b")] }
    try addBuild("build", annotations: ["k": "v"])
    try await publish(["build"]) { $0.annotations = [ListAnnotation(.entries(nil), key: "a", value: "b")] }
    #expect(!events.all.contains { $0.hasPrefix("note") })
  }

  @Test func whatIsMovedIsMentionedOnce() async throws {
    try await publish(form: .oci) { additions in
      additions.annotations = [
        ListAnnotation(.entries(nil), key: "a", value: "b", isMoved: true),
        ListAnnotation(.entries(nil), key: "c", value: "d", isMoved: true),
      ]
    }
    let note = "note: \(ListNote.annotationsMoved(toEntries: true, toList: false))"
    #expect(events.all.filter { $0.hasPrefix("note") } == [note])
  }

  @Test func aPlatformThatNoImageHasIsAnError() async throws {
    let error = await #expect(throws: PublishError.self) {
      try await publish { additions in
        for platform in ["linux/s390x", "linux/arm64", "linux/386"] {
          additions.annotations.append(ListAnnotation(.entries(try Platform(parsing: platform)), key: "a", value: "b"))
        }
      }
    }
    #expect(error?.description.contains("linux/s390x, linux/386") == true, "\(error.map { "\($0)" } ?? "-")")
    #expect(registry.puts.isEmpty)
  }

  // MARK: - The only source is an index

  @Test func anIndexThatIsAnnotatedKeepsTheRest() async throws {
    let build = try addBuild("build", annotations: ["k": "v", "a": "old"])
    let list = try await publish(["build"]) { $0.annotations = [ListAnnotation(.list, key: "a", value: "new")] }
    let index = try decoded(list)
    #expect(index.annotations == ["a": "new", "k": "v"])
    #expect(index.manifests == build.index.manifests)
    #expect(index.manifests.last?.attestedImage != nil)
    #expect(list.manifest.digest != build.manifest.digest)
  }

  @Test func aDockerListThatIsAnnotatedBecomesAnIndex() async throws {
    let build = try addBuild("build", type: .dockerManifest, attested: false, list: .dockerList)
    #expect(try await publish(["build"]) { _ in }.manifest == build.manifest)
    #expect(!events.all.contains("note: ociIndex"))
    let list = try await publish(["build"]) { $0.annotations = [ListAnnotation(.list, key: "a", value: "b")] }
    #expect(list.manifest.mediaType == .ociIndex)
    #expect(try decoded(list).annotations == ["a": "b"])
    #expect(events.all.contains("note: ociIndex"))
  }

  @Test func attestationsAreNotAnnotated() async throws {
    try addBuild("build")
    let list = try await publish(["build"]) { $0.annotations = [ListAnnotation(.entries(nil), key: "a", value: "b")] }
    #expect(try decoded(list).manifests.map { $0.annotations["a"] } == ["b", nil])
  }

  @Test func anIndexThatHasItAlreadyKeepsItsDigest() async throws {
    let build = try addBuild("build", annotations: ["k": "v"])
    let list = try await publish(["build"]) { $0.annotations = [ListAnnotation(.list, key: "k", value: "v")] }
    #expect(list.manifest == build.manifest)
  }

  @Test func anIndexWithAnnotationsIsNoDockerList() async throws {
    try addBuild("build", annotations: ["k": "v"], type: .dockerManifest, attested: false)
    let error = await #expect(throws: PublishError.self) { try await publish(["build"], form: .docker) { _ in } }
    #expect(error?.description.hasPrefix("r.example/a:build has annotations") == true)
    #expect(registry.puts.isEmpty)
  }

  // MARK: - Labels

  @Test func labelsThatAllImagesShareBecomeAnnotations() async throws {
    let list = try await publish { $0.annotatesFromLabels = true }
    #expect(try decoded(list).annotations == ["org.opencontainers.image.title": "app"])
    // LIST, two manifests, two configs and the list: no config is read twice.
    #expect(registry.requests.count == 6)
  }

  @Test func annotationsComeBeforeLabels() async throws {
    let list = try await publish { additions in
      additions.annotatesFromLabels = true
      additions.annotations = [ListAnnotation(.list, key: "org.opencontainers.image.title", value: "other")]
    }
    #expect(try decoded(list).annotations == ["org.opencontainers.image.title": "other"])
  }

  @Test(arguments: [PublishRequest.PlatformFrom.tag, .config])
  func configsAreReadForLabels(platformFrom: PublishRequest.PlatformFrom) async throws {
    let list = try await publish(platformFrom: platformFrom) { $0.annotatesFromLabels = true }
    #expect(try decoded(list).annotations == ["org.opencontainers.image.title": "app"])
    #expect(registry.requests.filter { $0.contains("/blobs/") }.count == 2)
  }

  /// Of an attestation, no config is read.
  @Test func theImagesOfAnIndexHaveLabels() async throws {
    try addBuild("build", annotations: ["org.opencontainers.image.title": "own"])
    let list = try await publish(["build"]) { $0.annotatesFromLabels = true }
    let annotations = try decoded(list).annotations
    #expect(annotations == ["org.opencontainers.image.title": "own", "org.opencontainers.image.vendor": "v"])
    #expect(registry.requests.filter { $0.contains("/blobs/") }.count == 1)
  }

  @Test func whereNoLabelIsSharedAWarningSaysSo() async throws {
    try addImage("amd64", labels: ["maintainer": "m"])
    let list = try await publish { $0.annotatesFromLabels = true }
    #expect(list.manifest.mediaType == .dockerList)
    #expect(events.all.contains("warning: no shared labels"))
  }

  @Test func labelsThatCannotBeReadAreAnError() async throws {
    try registry.add("a:amd64", config: "no JSON")
    let error = await #expect(throws: PublishError.self) {
      try await publish(platformFrom: .tag) { $0.annotatesFromLabels = true }
    }
    #expect(error?.description.hasPrefix("the labels of r.example/a:amd64 cannot be read") == true)
    #expect(try await publish(platformFrom: .tag) { _ in }.entries.count == 2)
  }

  // MARK: - Artifact type and subject

  @Test func theListHasAnArtifactTypeAndASubject() async throws {
    let subject = try registry.add("a:subject", "{}", .ociManifest)
    let list = try await publish { additions in
      additions.artifactType = MediaType(parsing: "application/x.y+json")
      additions.subject = .registry(try Reference(parsing: "r.example/a:subject"))
    }
    let index = try decoded(list)
    #expect(index.mediaType == .ociIndex)
    #expect(index.artifactType?.rawValue == "application/x.y+json")
    #expect(index.subject == subject.descriptor())
    #expect(events.all.contains("note: ociIndex"))
  }

  @Test func aSubjectMustExist() async throws {
    registry.leaveOut("subject")
    let error = await #expect(throws: RegistryError.self) {
      try await publish { $0.subject = .registry(try Reference(parsing: "r.example/a:subject")) }
    }
    #expect(error?.description.contains("r.example/a:subject") == true)
    #expect(registry.puts.isEmpty)
  }
}

// MARK: - Fixtures

extension ListAdditionsTests {
  @discardableResult
  private func addImage(_ architecture: String, labels: [String: String]) throws -> RawManifest {
    try registry.add("a:\(architecture)", config: Self.config(architecture, labels))
  }

  private static func config(_ architecture: String, _ labels: [String: String]) -> String {
    let members = labels.sorted { $0.key < $1.key }.map { #""\#($0.key)":"\#($0.value)""# }.joined(separator: ",")
    return #"{"os":"linux","architecture":"\#(architecture)","config":{"Labels":{\#(members)}}}"#
  }

  /// An index of an image for arm64, and its attestation.
  @discardableResult
  private func addBuild(
    _ tag: String,
    annotations: [String: String] = [:],
    type: MediaType = .ociManifest,
    attested: Bool = true,
    list: MediaType = .ociIndex
  ) throws -> FoundIndex {
    let labels = ["org.opencontainers.image.title": "app", "org.opencontainers.image.vendor": "v"]
    let image = try registry.add("a:image", config: Self.config("arm64", labels), type: type, configType: .ociConfig)
    let attestation = try registry.add("a:attestation", config: "{}", type: .ociManifest, configType: .ociConfig)
    for manifest in [image, attestation] {
      let text = String(decoding: manifest.bytes, as: UTF8.self)
      try registry.add("a@\(manifest.digest)", text, manifest.mediaType)
    }
    var entries = [image.descriptor(platform: try Platform(parsing: "linux/arm64"))]
    if attested {
      var entry = attestation.descriptor(platform: Platform(os: "unknown", architecture: "unknown"))
      entry.annotations = [
        "vnd.docker.reference.type": "attestation-manifest", "vnd.docker.reference.digest": "\(image.digest)",
      ]
      entries.append(entry)
    }
    var index = Index(mediaType: list, manifests: entries)
    index.annotations = annotations
    let manifest = try registry.add("a:\(tag)", String(decoding: index.encoded(), as: UTF8.self), list)
    return FoundIndex(manifest: manifest, index: index)
  }

  private func decoded(_ list: AssembledList) throws -> Index {
    try Index(decoding: list.manifest.bytes, mediaType: list.manifest.mediaType)
  }

  @discardableResult
  private func publish(
    _ images: [String] = ["arm64", "amd64"],
    form: PublishRequest.ListForm = .automatic,
    platformFrom: PublishRequest.PlatformFrom = .check,
    _ change: (inout ListAdditions) throws -> Void
  ) async throws -> AssembledList {
    let sources = try images.map { Source($0, try Reference(parsing: "r.example/a:\($0)")) }
    let repository = try Reference(parsing: "r.example/a").repository
    var request = try PublishRequest(repository: repository, tags: [try Tag(parsing: "v1")], sources: sources)
    request.form = form
    request.platformFrom = platformFrom
    try change(&request.additions)
    return try await Publisher(registries: registry.registries, onEvent: events.sink).publish(request)
  }
}
