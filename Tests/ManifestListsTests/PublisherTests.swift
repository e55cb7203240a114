import OCI
import OCIRegistry
import Testing

@testable import ManifestLists

@Suite struct PublisherTests {
  private static let arm64 = #"{"os":"linux","architecture":"arm64"}"#
  private static let amd64 = #"{"os":"linux","architecture":"amd64"}"#
  private let registry = ScriptedRegistry()
  private let events = EventLog()

  private func addPair() throws {
    try registry.add("a:v1-arm64", config: Self.arm64)
    try registry.add("a:v1-amd64", config: Self.amd64)
  }

  @Test func putsTheListUnderEveryTagAfterEverySourceIsResolved() async throws {
    try addPair()
    let blobs = try [Self.arm64, Self.amd64].map { "GET a/blobs/\(try Digest(of: Array($0.utf8)))" }
    registry.delay(blobs[0])
    let list = try await publish(tags: ["v1", "stable"])
    #expect(registry.requests.count == 8)
    let names = [
      "GET a/manifests/v1-arm64", "GET a/manifests/v1-amd64", "HEAD a/manifests/v1", "HEAD a/manifests/stable",
    ]
    #expect(Set(registry.requests.prefix(6)) == Set(blobs + names))
    #expect(Set(registry.requests.suffix(2)) == ["PUT a/manifests/v1", "PUT a/manifests/stable"])
    #expect(registry.transport.requests.suffix(2).allSatisfy { $0.body.bytes == list.manifest.bytes })
    let index = try Index(decoding: list.manifest.bytes, mediaType: list.manifest.mediaType)
    #expect(index.manifests.map { $0.platform?.description } == ["linux/arm64", "linux/amd64"])
    #expect(Set(events.all.prefix(2)) == ["resolved r.example/a:v1-amd64", "resolved r.example/a:v1-arm64"])
    #expect(events.all.dropFirst(2).first == "assembled 2")
    for name in ["r.example/a:v1", "r.example/a:stable"] {
      // An interrupted run tells what may have been put by the first of the two.
      let about = events.all.dropFirst(3).filter { $0.hasSuffix(" \(name)") }
      #expect(about == ["putting \(name)", "accepted \(name)", "put \(name)"])
    }
  }

  /// The order of the requests' ends would be another one each time.
  @Test func namesAreToldInTheirOrder() async throws {
    try addPair()
    registry.delay("PUT a/manifests/v1")
    _ = try await publish(tags: ["v1", "stable", "v1.0"])
    // Usually, the first one is accepted last.
    #expect(events.all.filter { $0.hasPrefix("accepted ") }.count == 3)
    let put = events.all.filter { $0.hasPrefix("put ") }
    #expect(put == ["put r.example/a:v1", "put r.example/a:stable", "put r.example/a:v1.0"])
  }

  @Test func aDryRunMakesTheSameListAndPutsNothing() async throws {
    try addPair()
    let dry = try await publish(isDryRun: true)
    #expect(registry.puts.isEmpty)
    #expect(events.all.last == "assembled 2")
    let list = try await publish()
    #expect(list.manifest == dry.manifest)
    #expect(list.entries == dry.entries)
  }

  /// The name refers to the list then, and did not before.
  @Test func aListWhoseAnswerIsLostIsPublished() async throws {
    try addPair()
    let list = try await publish(isDryRun: true).manifest
    registry.answer("HEAD a/manifests/v1", ScriptedRegistry.missing)
    registry.answer("PUT a/manifests/v1", .failure(.cut(host: "r.example", reason: "reset")))
    try registry.add("a:v1", String(decoding: list.bytes, as: UTF8.self), list.mediaType)
    _ = try await publish()
    #expect(events.all.suffix(3) == ["putting r.example/a:v1", "accepted r.example/a:v1", "put r.example/a:v1"])
  }

  @Test func theErrorsOfAllSourcesAreToldAndNothingIsPut() async throws {
    registry.answer("GET a/manifests/v1-s390x", ScriptedRegistry.missing)
    registry.delay("GET a/manifests/v1-s390x")
    registry.answer("GET a/tags/list?n=1000", .status(403))
    try registry.add("a:v1-arm64", config: Self.amd64)
    try registry.add("a:v1-amd64", config: Self.amd64)
    let error = await #expect(throws: PublishError.self) {
      try await publish(["v1-s390x", "v1-arm64", "v1-amd64"], tags: ["v1"])
    }
    guard case .several(let errors)? = error, errors.count == 2,
      case PublishError.missing = errors[0], case PublishError.platformsDiffer = errors[1]
    else {
      Issue.record("\(error.map { "\($0)" } ?? "-")")
      return
    }
    #expect(registry.puts.isEmpty)
    #expect(events.all == ["resolved r.example/a:v1-amd64"])
  }

  @Test func nothingIsPutWhereTheListIsRefused() async throws {
    try addPair()
    try registry.add("a:oci-s390x", config: #"{"architecture":"s390x"}"#, type: .ociManifest, configType: .ociConfig)
    try registry.add("a:other", config: Self.arm64)
    await refused(["v1-arm64", "other"]) { if case .samePlatform = $0 { true } else { false } }
    await refused(["v1-arm64", "v1-amd64"], tag: "s390x") { if case .listNamesOther = $0 { true } else { false } }
    await refused(["v1-arm64", "oci-s390x"], form: .docker) { if case .notDocker = $0 { true } else { false } }
    #expect(registry.puts.isEmpty)
    #expect(!events.all.contains { $0.hasPrefix("assembled") })
  }

  /// Two round trips more than for images of the list's own repository, whatever the number of blobs. No manifest is read
  /// twice.
  @Test func imagesOfAnotherRepositoryAreMounted() async throws {
    try registry.add("a:v1-amd64", config: Self.amd64)
    let image = try registry.add("b:v1-arm64", config: Self.arm64)
    try registry.add("b@\(image.digest)", String(decoding: image.bytes, as: UTF8.self), image.mediaType)
    let mount = "a/blobs/uploads/?mount=\(try Digest(of: Array(Self.arm64.utf8)))&from=b"
    registry.answer("POST \(mount)", .status(201))
    try await publish(["r.example/b:v1-arm64", "v1-amd64"])
    let writes = registry.requests.filter { !$0.hasPrefix("GET") && !$0.hasPrefix("HEAD") }
    #expect(Set(registry.requests).count == registry.requests.count)
    #expect(!registry.requests.contains("GET b/manifests/\(image.digest)"))
    #expect(writes == ["POST \(mount)", "PUT a/manifests/\(image.digest)", "PUT a/manifests/v1"])
  }

  @Test func whereSomeTagsFailTheOthersAreNamed() async throws {
    try addPair()
    registry.answer("PUT a/manifests/stable", .status(400))
    let error = await #expect(throws: PublishError.self) { try await publish(tags: ["v1", "stable", "v1.2"]) }
    guard case .partlyPut(let names, let errors)? = error else {
      Issue.record("\(error.map { "\($0)" } ?? "-")")
      return
    }
    #expect(names.map(\.description) == ["r.example/a:v1", "r.example/a:v1.2"])
    #expect(errors.count == 1)
    #expect(events.all.filter { $0.hasPrefix("put ") }.sorted() == ["put r.example/a:v1", "put r.example/a:v1.2"])
  }

  @Test func whereTheOnlyTagFailsItsErrorIsThrown() async throws {
    try addPair()
    registry.answer("PUT a/manifests/v1", .status(400))
    await #expect(throws: RegistryError.self) { try await publish() }
    #expect(!events.all.contains { $0.hasPrefix("put ") })
  }

  private func refused(
    _ images: [String],
    tag: String = "v1",
    form: PublishRequest.ListForm = .automatic,
    _ isExpected: (PublishError) -> Bool
  ) async {
    let error = await #expect(throws: PublishError.self) { try await publish(images, tags: [tag], form: form) }
    if let error { #expect(isExpected(error), "\(error)") }
  }

  /// - Parameter images: Tags of the list's repository, or whole references.
  @discardableResult
  private func publish(
    _ images: [String] = ["v1-arm64", "v1-amd64"],
    tags: [String] = ["v1"],
    form: PublishRequest.ListForm = .automatic,
    isDryRun: Bool = false
  ) async throws -> AssembledList {
    let sources = try images.map { image in
      Source(image, try Reference(parsing: image.contains("/") ? image : "r.example/a:\(image)"))
    }
    var request = try PublishRequest(
      repository: Reference(parsing: "r.example/a").repository,
      tags: tags.map { try Tag(parsing: $0) },
      sources: sources
    )
    request.form = form
    request.isDryRun = isDryRun
    tags.forEach(registry.leaveOut)
    return try await Publisher(registries: registry.registries, onEvent: events.sink).publish(request)
  }
}
