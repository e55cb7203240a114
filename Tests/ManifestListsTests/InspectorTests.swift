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

  // MARK: - Entries

  @Test func aListIsReadWithOneRequest() async throws {
    let digest = "sha256:" + String(repeating: "0", count: 64)
    let entries = [("linux", "arm64"), ("linux", "amd64"), ("unknown", "unknown")].map { os, architecture in
      #"{"mediaType":"m","size":1,"digest":"\#(digest)","platform":{"os":"\#(os)","architecture":"\#(architecture)"}}"#
    }
    let text = #"{"schemaVersion":2,"manifests":[\#(entries.joined(separator: ","))]}"#
    let list = try registry.add("a:v1", text, .ociIndex)
    let inspection = try await inspect()
    #expect(inspection.manifest == list)
    #expect(inspection.entries.map { $0.platform?.description } == ["linux/arm64", "linux/amd64", "unknown/unknown"])
    let amd64 = try inspection.only(Platform(parsing: "linux/amd64"))
    #expect(amd64.entries.map { $0.platform?.description } == ["linux/amd64"])
    #expect(try inspection.only(Platform(parsing: "unknown/unknown")).entries.isEmpty)
    #expect(try inspection.only(nil).entries.count == 3)
    #expect(try inspection.only(Platform(parsing: "linux/s390x")).entries.isEmpty)
    #expect(throws: PlatformError.self) { try inspection.only(Platform(parsing: "linux/amd65")) }
    #expect(registry.requests == ["GET a/manifests/v1"])
  }

  /// What an image itself states is no slip.
  @Test func anUnknownArchitectureCanBeChosenIfItIsThere() async throws {
    try registry.add("a:v1", config: #"{"os":"linux","architecture":"amd65"}"#)
    let inspection = try await inspect()
    #expect(try inspection.only(Platform(parsing: "linux/amd65")).entries == inspection.entries)
  }

  @Test func anImageIsItsOnlyEntry() async throws {
    let image = try registry.add("a:v1", config: Self.arm64)
    let inspection = try await inspect()
    let platform = Platform(os: "linux", architecture: "arm64")
    #expect(inspection.entries == [image.descriptor(platform: platform)])
    #expect(registry.requests.count == 2)
  }

  @Test func aVariantThatDoesNotExistIsLeftOut() async throws {
    let image = try registry.add("a:v1", config: #"{"os":"linux","architecture":"amd64","variant":"v8"}"#)
    let platform = Platform(os: "linux", architecture: "amd64")
    #expect(try await inspect().entries == [image.descriptor(platform: platform)])
    #expect(events.all == ["warning: r.example/a:v1 is linux/amd64 without v8"])
  }

  @Test func anArtifactsConfigIsNotRead() async throws {
    let helm = MediaType(rawValue: "application/vnd.cncf.helm.config.v1+json")
    let artifact = try registry.add("a:v1", config: "{}", type: .ociManifest, configType: helm)
    #expect(try await inspect().entries == [artifact.descriptor()])
    #expect(registry.requests.count == 1)
  }

  /// As publish does: see `RepositoryClient.imageConfig`.
  @Test(arguments: SourceResolverTests.generalTypes)
  func aConfigOfAGeneralTypeIsReadIfItIsOne(type: String) async throws {
    try registry.add("a:v1", config: Self.arm64, configType: MediaType(rawValue: type))
    #expect(try await inspect().entries.map { $0.platform?.description } == ["linux/arm64"])
    let artifact = try registry.add("a:v1", config: "<html>", configType: MediaType(rawValue: type))
    #expect(try await inspect().entries == [artifact.descriptor()])
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
    let inspection = try await inspect(readsEntries: false)
    #expect(inspection.manifest == image)
    #expect(inspection.entries.isEmpty)
    #expect(registry.requests == ["GET a/manifests/v1"])
  }

  @Test func aListThatCannotBeReadIsAnError() async throws {
    try registry.add("a:v1", #"{"schemaVersion":2,"manifests":{}}"#, .ociIndex)
    let error = await #expect(throws: RegistryError.self) { try await inspect() }
    guard case .notAManifest? = error else {
      Issue.record("\(error.map { "\($0)" } ?? "-")")
      return
    }
  }

  // MARK: - Waiting

  @Test func waitsUntilTheNameIsThere() async throws {
    let text = #"{"schemaVersion":2,"manifests":[]}"#
    let missing = ScriptedRegistry.missing
    let found = ScriptedTransport.Answer.status(200, ["Content-Type": MediaType.ociIndex.rawValue], body: text)
    registry.answer("GET a/manifests/v1", missing, .status(503), missing, missing, missing, missing, found)
    #expect(try await inspect(timeout: .seconds(3600)).manifest.bytes == Array(text.utf8))
    #expect(clock.waits == [1, 2, 4, 8, 10, 10].map { .seconds($0) })
    #expect(events.all == ["waiting r.example/a:v1"])
  }

  @Test func waitsNoLongerThanTheTimeout() async throws {
    registry.answer("GET a/manifests/v1", ScriptedRegistry.missing)
    registry.answer("GET a/tags/list?n=1000", .status(200, body: #"{"tags":["other","v1-arm64","v2"]}"#))
    let error = await #expect(throws: InspectError.self) { try await inspect(timeout: .seconds(5)) }
    guard case .missing(.notFound, let nearest)? = error else {
      Issue.record("\(error.map { "\($0)" } ?? "-")")
      return
    }
    #expect(clock.waits == [1, 2, 2].map { .seconds($0) })
    #expect(nearest.map(\.text) == ["v2", "v1-arm64"])
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

  private func inspect(timeout: Duration = .zero, readsEntries: Bool = true) async throws -> Inspection {
    let inspector = Inspector(registries: registry.registries, timeout: timeout, clock: clock, onEvent: events.sink)
    return try await inspector.inspect(name, readsEntries: readsEntries)
  }
}
