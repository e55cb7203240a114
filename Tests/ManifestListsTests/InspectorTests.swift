import HTTP
import OCI
import OCIRegistry
import TestSupport
import Testing

@testable import ManifestLists

@Suite struct InspectorTests {
  private static let arm64 = #"{"os":"linux","architecture":"arm64"}"#
  private let registry = ScriptedRegistry()
  private let events = EventLog()
  private let clock = StoppedClock()
  private let name: Reference

  init() throws { name = try Reference(parsing: "r.example/a:v1") }

  // MARK: - Images

  @Test func anImageIsItsOnlyEntry() async throws {
    let image = try registry.add("a:v1", config: Self.arm64)
    let inspection = try await inspect()
    #expect(inspection.descriptor == image.descriptor())
    #expect(inspection.entries.map(\.descriptor) == [image.descriptor()])
    #expect(inspection.entries.map { $0.platform?.description } == ["linux/arm64"])
    #expect(registry.requests.count == 2)
  }

  @Test func aVariantThatDoesNotExistIsLeftOut() async throws {
    try registry.add("a:v1", config: #"{"os":"linux","architecture":"amd64","variant":"v8"}"#)
    #expect(try await inspect().entries.map(\.platform) == [Platform(os: "linux", architecture: "amd64")])
    #expect(events.all == ["warning: r.example/a:v1 is linux/amd64 without v8"])
  }

  @Test func anArtifactsConfigIsNotRead() async throws {
    let helm = MediaType(rawValue: "application/vnd.cncf.helm.config.v1+json")
    try registry.add("a:v1", config: "{}", type: .ociManifest, configType: helm)
    #expect(try await inspect().entries.map(\.platform) == [nil])
    #expect(registry.requests.count == 1)
  }

  /// As publish does: see `ImageSource.imageConfig`.
  @Test(arguments: SourceResolverTests.generalTypes)
  func aConfigOfAGeneralTypeIsReadIfItIsOne(type: String) async throws {
    try registry.add("a:v1", config: Self.arm64, configType: MediaType(rawValue: type))
    #expect(try await inspect().entries.map { $0.platform?.description } == ["linux/arm64"])
    try registry.add("a:v1", config: "<html>", configType: MediaType(rawValue: type))
    #expect(try await inspect().entries.map(\.platform) == [nil])
  }

  @Test func aConfigThatCannotBeReadIsAnError() async throws {
    try registry.add("a:v1", config: #"{"architecture":64}"#)
    let error = await #expect(throws: InspectError.self) { try await inspect() }
    #expect(error.map { "\($0)" }?.hasPrefix("the config of r.example/a:v1 cannot be read: architecture ") == true)
  }

  @Test func aConfigOfAnotherSizeThanItsDescriptorIsRefused() async throws {
    try registry.add("a:v1", config: Self.arm64, configSize: 36)
    let error = await #expect(throws: RegistryError.self) { try await inspect() }
    #expect(error.map { "\($0)" }?.contains("has 37 bytes, but the size in its descriptor is 36;") == true)
  }

  @Test func theManifestAloneIsOneRequest() async throws {
    let image = try registry.add("a:v1", config: Self.arm64)
    var request = InspectRequest(.manifest)
    request.keepsManifest = true
    let inspection = try await inspect(request)
    #expect(inspection.manifest == image)
    #expect(inspection.entries.isEmpty)
    #expect(registry.requests == ["GET a/manifests/v1"])
  }

  @Test func aManifestThatCannotBeReadIsAnError() async throws {
    try registry.add("a:v1", #"{"schemaVersion":2,"manifests":{}}"#, .ociIndex)
    let error = await #expect(throws: InspectError.self) { try await inspect() }
    #expect(error.map { "\($0)" }?.hasPrefix("the manifest of r.example/a:v1 cannot be read: manifests ") == true)
  }

  // MARK: - Waiting

  @Test func waitsUntilTheNameIsThere() async throws {
    let text = #"{"schemaVersion":2,"manifests":[]}"#
    let missing = ScriptedRegistry.missing
    let found = ScriptedTransport.Answer.status(200, ["Content-Type": MediaType.ociIndex.rawValue], body: text)
    registry.answer("GET a/manifests/v1", missing, .status(503), missing, missing, missing, missing, found)
    #expect(try await inspect(timeout: .seconds(3600)).descriptor.size == Int64(text.utf8.count))
    #expect(clock.waits == [1, 2, 4, 8, 10, 10].map { .seconds($0) })
    #expect(events.all == ["waiting r.example/a:v1"])
  }

  @Test func waitsNoLongerThanTheTimeout() async throws {
    registry.answer("GET a/manifests/v1", ScriptedRegistry.missing)
    registry.answer("GET a/tags/list?n=1000", .status(200, body: #"{"tags":["other","v1-arm64","v2"]}"#))
    let error = await #expect(throws: InspectError.self) { try await inspect(timeout: .seconds(5)) }
    guard case .missing(.notFound, let tags)? = error else {
      Issue.record("\(error.map { "\($0)" } ?? "-")")
      return
    }
    #expect(clock.waits == [1, 2, 2].map { .seconds($0) })
    #expect(tags.similar.map(\.text) == ["v2", "v1-arm64"])
    #expect(registry.requests.count == 5)
  }

  static let permanent: [ScriptedTransport.Answer] = [.status(401), .status(400), .status(404, body: "<html>")]

  @Test(arguments: permanent)
  func doesNotWaitAfterAPermanentError(answer: ScriptedTransport.Answer) async {
    registry.answer("GET a/manifests/v1", answer)
    await #expect(throws: RegistryError.self) { try await inspect(timeout: .seconds(600)) }
    #expect(clock.waits.isEmpty)
    #expect(events.all.isEmpty)
  }

  @Test func doesNotWaitWithoutATimeout() async {
    registry.answer("GET a/manifests/v1", ScriptedRegistry.missing)
    registry.answer("GET a/tags/list?n=1000", .status(500))
    await #expect(throws: InspectError.self) { try await inspect() }
    #expect(clock.waits.isEmpty && events.all.isEmpty)
    #expect(registry.requests.count == 2)
  }

  private func inspect(
    _ request: InspectRequest = InspectRequest(.configs),
    timeout: Duration = .zero
  ) async throws -> Inspection {
    let inspector = Inspector(registries: registry.registries, timeout: timeout, clock: clock, onEvent: events.sink)
    return try #require(try await inspector.inspect(.registry(name), request).first)
  }
}
