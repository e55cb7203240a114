import OCI
import OCIRegistry
import TestSupport
import Testing

@testable import ManifestLists

/// Publishing with images that do not exist yet.
@Suite struct JoinedPublishTests {
  private let registry = ScriptedRegistry()
  private let events = EventLog()
  private let clock = StoppedClock()
  private static let names = ["v1-arm64", "v1-amd64"]

  init() {
    registry.leaveOut("v1")
    Self.names.forEach(registry.leaveOut)
  }

  @Test func whatDoesNotExistIsLeftOut() async throws {
    let image = try add("v1-amd64")
    registry.answer("HEAD a/manifests/v1-amd64", .status(200, ["Docker-Content-Digest": "\(image.digest)"]))
    let list = try await join()
    #expect(list.entries.map(\.descriptor.digest) == [image.digest])
    #expect(events.all.contains("left out r.example/a:v1-arm64"))
    // Each image is looked at once after the list was published. What was missing is not looked for with a HEAD, whose 404 would
    // not tell enough.
    let position = try #require(registry.requests.firstIndex(of: "PUT a/manifests/v1"))
    let after = registry.requests[(position + 1)...].sorted()
    #expect(after == ["GET a/manifests/v1-arm64", "HEAD a/manifests/v1-amd64"])
    // No tags are read to find similar ones.
    #expect(!registry.requests.contains { $0.contains("tags") })
  }

  /// What only the others can have: a platform of --platform-filter, one that an annotation is for, and one that LIST names.
  @Test func whatOnlyMissingImagesCanHaveIsNotMissed() async throws {
    try add("v1-amd64")
    let arm64 = try Platform(parsing: "linux/arm64")
    let change: (inout PublishRequest) -> Void = { request in
      request.selection.platforms = [arm64, Platform(os: "linux", architecture: "amd64")]
      request.additions.annotations = [ListAnnotation(.entries(arm64), key: "k", value: "v")]
    }
    registry.leaveOut("arm64")
    #expect(try await join(tag: "arm64", change).entries.count == 1)
    // Once all exist, they are errors as ever.
    await #expect(throws: PublishError.self) { try await join(["v1-amd64"], tag: "v1", change) }
    await #expect(throws: PublishError.self) { try await join(["v1-amd64"], tag: "arm64") }
  }

  @Test func anImageThatIsPushedMeanwhileIsAdded() async throws {
    try add("v1-amd64")
    try add("v1-arm64", after: 1)
    let list = try await join()
    #expect(list.entries.map(\.platformText) == ["linux/arm64", "linux/amd64"])
    #expect(registry.puts == ["PUT a/manifests/v1", "PUT a/manifests/v1"])
    #expect(events.all.contains("again: new [r.example/a:v1-arm64], moved [], gone []"))
  }

  @Test func anImageThatIsReplacedMeanwhileIsReplacedInTheList() async throws {
    let old = try add("v1-amd64")
    try add("v1-arm64")
    let other = #"{"os":"linux","architecture":"amd64","created":"2021-06-24T00:00:00Z"}"#
    let new = try registry.add("a:v1-amd64", config: other)
    registry.answer("GET a/manifests/v1-amd64", Self.answer(old), Self.answer(new))
    let list = try await join()
    #expect(list.entries.map(\.descriptor.digest).contains(new.digest))
    #expect(events.all.contains("again: new [], moved [r.example/a:v1-amd64], gone []"))
  }

  @Test func whereNoneExistsAllAreNamed() async throws {
    registry.answer("GET a/tags/list?n=1000", .status(200, body: #"{"tags":["other"]}"#))
    let error = await #expect(throws: JoinError.self) { try await join(pattern: "v1-*") }
    let names = "r.example/a:v1-arm64, r.example/a:v1-amd64, r.example/a:v1-*"
    #expect(error.map { "\($0)" } == "none of the images exists: \(names)")
    #expect(registry.puts.isEmpty)
  }

  static let outages: [ScriptedTransport.Answer] = [
    .status(500), .status(403), .status(401), .status(404, body: "<p>"),
  ]

  @Test(arguments: outages) func anOutageIsAnError(answer: ScriptedTransport.Answer) async throws {
    try add("v1-amd64")
    registry.answer("GET a/manifests/v1-arm64", answer)
    await #expect(throws: RegistryError.self) { try await join(waits: .seconds(60)) }
    #expect(registry.puts.isEmpty)
    #expect(clock.waits.isEmpty)
  }

  @Test func anOutageAfterThePutSaysWhatWasPublished() async throws {
    try add("v1-amd64")
    registry.answer("GET a/manifests/v1-arm64", ScriptedRegistry.missing, .status(403))
    let error = await #expect(throws: JoinError.self) { try await join() }
    guard case .notFinished(let names, _)? = error else {
      Issue.record("\(error.map { "\($0)" } ?? "-")")
      return
    }
    #expect(names.map(\.description) == ["r.example/a:v1"])
    #expect(registry.puts.count == 1)
  }

  /// The error names the tags that a failed attempt has moved, unless a later attempt has published the list with them.
  @Test(arguments: [false, true]) func tagsOfAFailedAttemptAreNamed(succeedsLater: Bool) async throws {
    try add("v1-amd64")
    let added = try add("v1-arm64")
    let image = Self.answer(added)
    registry.answer("GET a/manifests/v1-arm64", ScriptedRegistry.missing, image, image, image, .status(403))
    registry.answer("HEAD a/manifests/v1-arm64", .status(403))
    let last: ScriptedTransport.Answer =
      succeedsLater ? .status(201, ["Docker-Content-Digest": "\(added.digest)"]) : .status(403)
    registry.answer("PUT a/manifests/k-arm64", .status(500), last)
    let error = await #expect(throws: JoinError.self) {
      try await join(waits: .seconds(60)) { request in
        request.keptTags = try? TagTemplate(parsing: "k-{arch}", list: request.names[0].tag)
        for tag in ["k-amd64", "k-arm64"] { registry.leaveOut(tag) }
      }
    }
    guard case .notFinished(_, let reason)? = error else {
      Issue.record("\(error.map { "\($0)" } ?? "-")")
      return
    }
    var tags: [String] = []
    if case .afterTags(let places, _)? = reason as? PublishError { tags = places.map { "\($0)" }.sorted() }
    #expect(tags == (succeedsLater ? [] : ["r.example/a:k-amd64"]))
  }

  @Test func waitsForWhatIsMissing() async throws {
    try add("v1-amd64")
    // The registry fails for a while.
    try add("v1-arm64", after: 4, .status(503))
    let list = try await join(waits: .seconds(60))
    #expect(list.entries.count == 2)
    #expect(registry.puts.count == 2)
    #expect(clock.waits == [1, 2, 4].map { .seconds($0) })
    #expect(events.all.filter { $0.hasPrefix("waiting") } == [#"waiting 60.0 seconds for ["r.example/a:v1-arm64"]"#])
  }

  /// Only publishing is done a limited number of times, and a registry without any of the images is not published to.
  @Test(arguments: [2, 120]) func waitsForTheFirstImage(times: Int) async throws {
    for name in Self.names { try add(name, after: times) }
    #expect(try await join(waits: .seconds(3600)).entries.count == 2)
    let pauses = [1, 2, 4, 8] + Array(repeating: 10, count: times)
    #expect(clock.waits == pauses.prefix(times).map { .seconds($0) })
    #expect(registry.puts.count == 1)
  }

  /// The same for those that are missing in the list.
  @Test func waitsLongForFurtherImages() async throws {
    try add("v1-amd64")
    try add("v1-arm64", after: 120)
    #expect(try await join(waits: .seconds(3600)).entries.count == 2)
    #expect(registry.puts.count == 2)
  }

  @Test func whereTheTimeRunsOutWhatIsMissingIsNamed() async throws {
    try add("v1-amd64")
    let error = await #expect(throws: JoinError.self) { try await join(waits: .seconds(5)) }
    let text = "r.example/a:v1 was published without images that do not exist: r.example/a:v1-arm64"
    #expect(error.map { "\($0)" } == text)
    #expect(clock.waits == [1, 2, 2].map { .seconds($0) })
    #expect(registry.puts.count == 1)
  }

  @Test func expectedPlatformsAreJudgedAtTheEnd() async throws {
    try add("v1-amd64")
    let error = await #expect(throws: JoinError.self) { try await join(expecting: ["linux/arm64"]) }
    let text = "r.example/a:v1 was published, and does not have exactly the requested platforms"
    #expect(error.map { "\($0)" } == "\(text); missing: linux/arm64; not requested: linux/amd64")
    #expect(registry.puts.count == 1)
  }

  /// A pattern does not tell which images there will be, but the expected platforms do.
  @Test func waitsUntilAPatternGivesTheExpectedPlatforms() async throws {
    try add("v1-amd64")
    try add("v1-arm64")
    func tags(_ names: String) -> ScriptedTransport.Answer { .status(200, body: #"{"tags":[\#(names)]}"#) }
    let some = tags(#""v1-amd64""#)
    registry.answer("GET a/tags/list?n=1000", tags(""), some, some, some, tags(#""v1-amd64","v1-arm64""#))
    let list = try await join([], pattern: "v1-*", expecting: ["linux/arm64", "linux/amd64"], waits: .seconds(60))
    #expect(list.entries.count == 2)
    #expect(clock.waits == [1, 2, 4].map { .seconds($0) })
  }

  @Test func imagesThatChangeAllTheTimeAreAnError() async throws {
    try add("v1-amd64")
    let other = try Digest(of: [])
    registry.answer("HEAD a/manifests/v1-amd64", .status(200, ["Docker-Content-Digest": "\(other)"]))
    let error = await #expect(throws: JoinError.self) { try await join() }
    guard case .keepsChanging(_, times: 100)? = error else {
      Issue.record("\(error.map { "\($0)" } ?? "-")")
      return
    }
  }

  /// - Parameters:
  ///   - times: So many requests are answered in another way first.
  ///   - answer: That of the last one of them. The others are answered with 404.
  @discardableResult
  private func add(
    _ tag: String,
    after times: Int = 0,
    _ answer: ScriptedTransport.Answer = ScriptedRegistry.missing
  ) throws -> RawManifest {
    let config = #"{"os":"linux","architecture":"\#(tag.dropFirst("v1-".count))"}"#
    let image = try registry.add("a:\(tag)", config: config)
    guard times > 0 else { return image }
    let before = [ScriptedTransport.Answer](repeating: ScriptedRegistry.missing, count: times - 1) + [answer]
    registry.answer("GET a/manifests/\(tag)", before + [Self.answer(image)])
    return image
  }

  private static func answer(_ image: RawManifest) -> ScriptedTransport.Answer {
    .status(200, ["Content-Type": image.mediaType.rawValue], body: String(decoding: image.bytes, as: UTF8.self))
  }

  private func join(
    _ images: [String] = names,
    pattern: String? = nil,
    expecting: [String] = [],
    waits: Duration = .zero,
    tag: String = "v1",
    _ change: (inout PublishRequest) -> Void = { _ in }
  ) async throws -> AssembledList {
    let list = try Reference(parsing: "r.example/a:\(tag)")
    var request = try PublishRequest(
      names: [.registry(list)],
      sources: images.map { Source($0, try Reference(parsing: "r.example/a:\($0)"), reading: .tag) }
    )
    let patterns = try [pattern].compactMap { try $0.flatMap { try TagPattern(parsing: $0, in: list.repository) } }
    request.patterns = patterns.map { SourcePattern($0, position: images.count) }
    request.joins = true
    request.waits = waits
    request.expectedPlatforms = try expecting.map { try Platform(parsing: $0) }
    change(&request)
    let publisher = Publisher(registries: registry.registries, onEvent: events.sink)
    return try await publisher.join(request, clock: clock)
  }
}

extension ListEntry {
  fileprivate var platformText: String { descriptor.platform.map { "\($0)" } ?? "-" }
}
