import HTTP
import OCI
import OCIRegistry
import TestSupport
import Testing

@testable import ManifestLists

@Suite struct SourceResolverTests {
  private static let arm64 = #"{"os":"linux","architecture":"arm64"}"#
  private static let windows = #"{"os":"windows","architecture":"amd64","os.version":"10.0.1"}"#
  private static let helm = MediaType(rawValue: "application/vnd.cncf.helm.config.v1+json")
  private let registry = ScriptedRegistry()

  @Test func entriesAreInTheOrderOfTheirSourcesWhateverAnswersFirst() async throws {
    let first = try registry.add("a:v1-arm64", config: Self.arm64)
    let second = try registry.add("a:v1", config: Self.windows)
    registry.delay("GET a/manifests/v1-arm64")
    let entries = try await resolve(["a:v1-arm64", "a:v1"])
    #expect(entries.map(\.descriptor.digest) == [first.digest, second.digest])
    #expect(entries.map { $0.descriptor.platform?.description } == ["linux/arm64", "windows/amd64"])
    #expect(entries.map(\.origin) == [.tagAndConfig, .config])
    #expect(entries.map(\.place.description) == ["r.example/a:v1-arm64", "r.example/a:v1"])
    #expect(entries.first?.descriptor.size == Int64(first.bytes.count))
  }

  @Test func eachSourceIsAskedForInItsOwnRepository() async throws {
    try registry.add("a:v1-arm64", config: Self.arm64)
    try registry.add("b/c:v1", config: Self.windows)
    let entries = try await resolve(["a:v1-arm64", "b/c:v1"])
    #expect(registry.requests.contains("GET b/c/manifests/v1"))
    #expect(entries.map(\.description) == ["r.example/a:v1-arm64", "r.example/b/c:v1"])
  }

  // MARK: - Where the platform comes from

  @Test func fromTheTagAloneReadsNoConfig() async throws {
    try registry.add("a:v1-amd64", config: Self.arm64)
    let entries = try await resolve(["a:v1-amd64"], platformFrom: .tag)
    #expect(entries.first?.descriptor.platform?.description == "linux/amd64")
    #expect(registry.requests == ["GET a/manifests/v1-amd64"])
  }

  @Test func fromTheConfigIgnoresTheTag() async throws {
    try registry.add("a:v1-amd64", config: Self.arm64)
    let entries = try await resolve(["a:v1-amd64"], platformFrom: .config)
    #expect(entries.first?.descriptor.platform?.description == "linux/arm64")
    #expect(entries.first?.origin == .config)
  }

  /// `arm64v8/app` may hold images of other platforms too. Its tags are the author's word, its name is only a hint.
  @Test(arguments: ["image", "index"])
  func theNameOfTheRepositoryDoesNotContradictItsImages(kind: String) async throws {
    let image = try registry.add("arm64v8/a:image", config: Self.windows)
    var entry = image.descriptor()
    entry.platform = Platform(os: "windows", architecture: "amd64", osVersion: "10.0.1")
    let index = String(decoding: Index(mediaType: .ociIndex, manifests: [entry]).encoded(), as: UTF8.self)
    for tag in ["index", "arm64"] { try registry.add("arm64v8/a:\(tag)", index, .ociIndex) }
    for name in ["a@\(image.digest)", "a:image"] {
      try registry.add("arm64v8/\(name)", String(decoding: image.bytes, as: UTF8.self), image.mediaType)
    }
    let entries = try await resolve(["arm64v8/a:\(kind)"])
    #expect(entries.map(\.descriptor.platform) == [entry.platform])
    #expect(entries.map(\.origin) == [kind == "image" ? .config : .index])
    let error = await #expect(throws: PublishError.self) { try await resolve(["arm64v8/a:arm64"]) }
    guard case .childDiffers? = error else { Issue.record("\(error.map { "\($0)" } ?? "-")"); return }
  }

  @Test func anAssignedPlatformReadsTheConfigForWindowsOnly() async throws {
    try registry.add("a:one", config: Self.arm64)
    try registry.add("a:two", config: Self.windows)
    let entries = try await resolve(
      ["a:one", "a:two"],
      platforms: ["a:one": "linux/s390x", "a:two": "windows/arm64"]
    )
    #expect(entries.map { $0.descriptor.platform?.description } == ["linux/s390x", "windows/arm64"])
    #expect(entries.map { $0.descriptor.platform?.osVersion } == [nil, "10.0.1"])
    #expect(entries.allSatisfy { $0.origin == .assigned })
    #expect(registry.requests.filter { $0.contains("/blobs/") }.count == 1)
  }

  /// An artifact has no version of Windows.
  @Test func anAssignedPlatformDoesNotReadTheConfigOfAnArtifact() async throws {
    try registry.add("a:one", config: "{}", type: .ociManifest, configType: Self.helm)
    let entries = try await resolve(["a:one"], platforms: ["a:one": "windows/amd64"])
    #expect(entries.first?.descriptor.platform == Platform(os: "windows", architecture: "amd64"))
    #expect(registry.requests == ["GET a/manifests/one"])
  }

  /// The user may mean an architecture that is new, but not one that only a slip has made.
  @Test func anAssignedPlatformWithAnUnknownWordIsThatOfTheConfigOrAnError() async throws {
    try registry.add("a:new", config: #"{"os":"linux","architecture":"amd65"}"#)
    let entries = try await resolve(["a:new"], platforms: ["a:new": "linux/amd65"])
    #expect(entries.map { $0.descriptor.platform?.description } == ["linux/amd65"])
    try registry.add("a:slip", config: Self.arm64)
    let error = await #expect(throws: PublishError.self) {
      try await resolve(["a:slip"], platforms: ["a:slip": "linux/amd65"])
    }
    guard case .unknownPlatform? = error else { Issue.record("\(error.map { "\($0)" } ?? "-")"); return }
  }

  static let generalTypes = ["application/octet-stream", "application/json", "text/html", ""]

  @Test(arguments: generalTypes, [false, true])
  func aConfigOfAGeneralTypeIsReadIfItIsOne(type: String, isLarge: Bool) async throws {
    try registry.add("a:one", config: Self.windows, configType: MediaType(rawValue: type))
    #expect(try await resolve(["a:one"]).first?.descriptor.platform?.description == "windows/amd64")
    let html = try registry.add("a:v1-arm64", config: "<html>", configType: MediaType(rawValue: type))
    if isLarge {
      let config = try ImageManifest(decoding: html.bytes).config
      registry.answer("GET a/blobs/\(config.digest)", .failure(.tooLarge(host: "r.example", limit: 1)))
    }
    let error = await #expect(throws: PublishError.self) { try await resolve(["a:v1-arm64"]) }
    guard case .notRunnable(_, .config(MediaType(rawValue: type)))? = error else {
      Issue.record("\(error.map { "\($0)" } ?? "-")")
      return
    }
  }

  // MARK: - What is refused

  /// Engines refuse such an image when they pull it.
  @Test(arguments: [0, 1, 52, 1 << 62])
  func aConfigOfAnotherSizeThanItsDescriptorIsRefused(size: Int64) async throws {
    try registry.add("a:v1-arm64", config: Self.arm64, configSize: size)
    let error = await #expect(throws: RegistryError.self) { try await resolve(["a:v1-arm64"]) }
    guard case .wrongSize(what: "the config of r.example/a:v1-arm64", expected: size, found: 37)? = error else {
      Issue.record("\(error.map { "\($0)" } ?? "-")")
      return
    }
  }

  @Test func aMissingImageIsToldWithItsSource() async throws {
    registry.answer("GET a/manifests/v1", ScriptedRegistry.missing)
    registry.answer(
      "GET a/tags/list?n=1000",
      .status(200, body: #"{"tags":["a","v1.0","b","v2","v1-arm64","nightly"]}"#)
    )
    let error = await #expect(throws: PublishError.self) { try await resolve(["a:v1"]) }
    guard case .missing(let source, .notFound, let nearest)? = error else {
      Issue.record("\(error.map { "\($0)" } ?? "-")")
      return
    }
    #expect(source.text == "a:v1")
    #expect(nearest.map(\.text) == ["v2", "v1.0", "v1-arm64"])
  }

  /// One request for each repository, and none where the registry says that there is no repository, or for a digest.
  @Test func theTagsAreReadOnceForAllMissingImages() async throws {
    for tag in ["v1", "v2"] { registry.answer("GET a/manifests/\(tag)", ScriptedRegistry.missing) }
    let link: HTTPFields = ["Link": #"</v2/a/tags/list?n=1000&last=b>; rel="next""#]
    registry.answer("GET a/tags/list?n=1000", .status(200, link, body: #"{"tags":["v3"]}"#))
    let noRepository = ScriptedTransport.Answer.status(404, body: #"{"errors":[{"code":"NAME_UNKNOWN"}]}"#)
    registry.answer("GET b/manifests/v1", noRepository)
    let digest = "sha256:" + String(repeating: "0", count: 64)
    registry.answer("GET c/manifests/\(digest)", ScriptedRegistry.missing)
    let error = await #expect(throws: PublishError.self) {
      try await resolve(["a:v1", "a:v2", "b:v1", "c:v1@\(digest)"])
    }
    guard case .several(let errors)? = error else {
      Issue.record("\(error.map { "\($0)" } ?? "-")")
      return
    }
    let nearest = errors.map { error -> [String]? in
      if case PublishError.missing(_, _, let nearest) = error { nearest.map(\.text) } else { nil }
    }
    #expect(nearest == [["v3"], ["v3"], [], []])
    #expect(registry.requests.filter { $0.contains("tags") } == ["GET a/tags/list?n=1000"])
  }

  @Test(arguments: [PublishRequest.PlatformFrom.check, .tag, .config])
  func anArtifactIsRefusedWithoutReadingItsConfig(platformFrom: PublishRequest.PlatformFrom) async throws {
    try registry.add("a:v1-arm64", config: "{}", type: .ociManifest, configType: Self.helm)
    let error = await #expect(throws: PublishError.self) {
      try await resolve(["a:v1-arm64"], platformFrom: platformFrom)
    }
    guard case .notRunnable(_, .config(Self.helm))? = error else {
      Issue.record("\(error.map { "\($0)" } ?? "-")")
      return
    }
    #expect(registry.requests.count == 1)
  }

  @Test func manifestsAndConfigsThatCannotBeReadAreTold() async throws {
    try registry.add("a:one", #"{"schemaVersion":2}"#, .ociManifest)
    try registry.add("a:two", config: "[]")
    let error = await #expect(throws: PublishError.self) { try await resolve(["a:one", "a:two"]) }
    guard case .several(let errors)? = error, errors.count == 2,
      case PublishError.badManifest = errors[0], case PublishError.badConfig = errors[1]
    else {
      Issue.record("\(error.map { "\($0)" } ?? "-")")
      return
    }
    #expect("\(errors[1])".hasPrefix("the config of r.example/a:two cannot be read: "))
  }

  private func resolve(
    _ names: [String],
    platforms: [String: String] = [:],
    platformFrom: PublishRequest.PlatformFrom = .check
  ) async throws -> [ListEntry] {
    let sources = try names.map { name in
      let platform = try platforms[name].map { try Platform(parsing: $0) }
      return Source(name, try Reference(parsing: "r.example/\(name)"), platform: platform)
    }
    let resolver = SourceResolver(stores: OpenStores(registry.registries), platformFrom: platformFrom)
    return try await resolver.resolve(sources).entries
  }
}
