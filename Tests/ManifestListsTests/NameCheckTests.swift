import OCI
import OCIRegistry
import TestSupport
import Testing

@testable import ManifestLists

/// What happens to the names of a list: no image loses its tag, and nothing is lost without a warning.
@Suite struct NameCheckTests {
  private let registry = ScriptedRegistry()
  private let events = EventLog()

  private var warnings: [String] { events.all.filter { $0.hasPrefix("warning: ") }.map { String($0.dropFirst(9)) } }

  // MARK: - Tags that state a platform

  /// `present`: what the tags of the list stand for before, as images.
  static let refused: [(tags: [String], images: [String], present: [String], errors: [String])] = [
    (["v1-armv7"], ["v1-arm64", "v1-amd64"], [], ["v1-armv7 names linux/arm/v7"]),
    (["v1", "v1-armv7"], ["v1-arm64", "v1-amd64"], ["v1-armv7"], ["v1-armv7 is a single image"]),
    (["v1", "windows-arm64"], ["v1-arm64"], [], ["windows-arm64 names windows/arm64"]),
    (["v1", "v1-armv6", "v1-s390x"], ["v1-armv7"], [], ["v1-armv6 names linux/arm/v6", "v1-s390x names linux/s390x"]),
    (["v1-armv6"], ["v1-arm", "v1-amd64"], [], ["v1-armv6 names linux/arm/v6"]),
    (["v1", "v1-arm64"], ["v1-arm64-1"], ["v1-arm64"], ["v1-arm64 is a single image for linux/arm64 (sha256:"]),
    // The list has such an image, under another tag.
    (["v1", "v1-aarch64"], ["v1-arm64"], ["v1-aarch64"], ["v1-aarch64 is a single image for linux/arm64 (sha256:"]),
    // The images' tags begin with it, and it is an image for the platform that it names.
    (["386"], ["386-386", "386-arm64"], ["386"], ["386 is a single image for linux/386 (sha256:"]),
    (["386"], ["386-amd64", "386-arm64"], ["386"], ["386 is a single image for linux/386 (sha256:"]),
    (["v1", "arm64"], ["arm64-amd64"], ["arm64"], ["arm64 is a single image for linux/arm64 (sha256:"]),
  ]

  @Test(arguments: refused)
  func noImageLosesItsTag(tags: [String], images: [String], present: [String], errors: [String]) async throws {
    for tag in present {
      let platform = try #require(InferredPlatform(reading: try Tag(parsing: tag))?.platform)
      try registry.add("a:\(tag)", config: #"{"os":"linux","architecture":"\#(platform.architecture)"}"#)
    }
    let error = await #expect(throws: PublishError.self) { try await publish(tags, images) }
    let found = error.map { "\($0)" }?.split(separator: "\n") ?? []
    #expect(found.count == errors.count)
    for (line, expected) in zip(found, errors) { #expect(line.contains("r.example/a:\(expected)"), "\(line)") }
    #expect(registry.puts.isEmpty)
  }

  static let accepted: [(tags: [String], images: [String])] = [
    (["v1-aarch64"], ["v1-arm64", "v1-amd64"]),
    (["v1", "v1-arm"], ["v1-armv6"]),
    // A build number and branches: the tag of the list is no platform.
    (["386"], ["386-amd64", "386-arm64"]),
    (["fix-x86-crash"], ["fix-x86-crash-amd64", "fix-x86-crash.arm64"]),
    (["windows-path"], ["windows-path-amd64", "windows-path_arm64"]),
    (["latest", "386"], ["386-amd64", "386-arm64"]),
  ]

  @Test(arguments: accepted)
  func aTagThatImagesBeginWithStatesNothing(tags: [String], images: [String]) async throws {
    let list = try await publish(tags, images)
    #expect(list.entries.allSatisfy { $0.descriptor.platform?.os == "linux" })
    #expect(registry.puts.count == tags.count)
    #expect(warnings.isEmpty)
  }

  /// What it is now decides, with one more request.
  @Test(arguments: [#"{"os":"linux","architecture":"arm"}"#, "{}", "[]"])
  func aBuildNumberIsNotTakenForTheImageThatItIs(config: String) async throws {
    let image = try registry.add("a:386", config: config)
    try await publish(["386"], ["386-amd64", "386-arm64"])
    #expect(warnings == ["r.example/a:386 was \(image.digest)"])
    #expect(registry.requests.filter { $0.contains("/blobs/") }.count == 3)
  }

  @Test func withPlatformsFromTheConfigsTagsStateNothing() async throws {
    let image = try registry.add("a:v1-aarch64", config: "{}")
    try await publish(["v1-aarch64", "s390x"], ["v1-arm64"], platformFrom: .config)
    #expect(warnings == ["r.example/a:v1-aarch64 was \(image.digest)"])
    #expect(registry.puts.count == 2)
  }

  // MARK: - What is lost

  @Test func lostPlatformsAreNamedOnceForAllNames() async throws {
    let old = ["linux/arm64/v8", "linux/s390x", "windows/amd64", "windows/amd64", "unknown/unknown"]
    let digest = try addList("v1", old).digest
    let other = try addList("stable", old).digest
    try addList("other", ["linux/arm64", "linux/amd64"])
    try await publish(["v1", "stable", "other"], ["v1-arm64", "v1-amd64"])
    #expect(warnings == ["[r.example/a:v1@\(digest), r.example/a:stable@\(other)] lost [linux/s390x, windows/amd64]"])
    #expect(registry.puts.count == 3)
  }

  static let windows: [(version: String?, isLost: Bool)] = [
    ("10.0.20348.9", false), ("10.0.20348", false), ("10.0.17763.1", true), (nil, true),
  ]

  /// An update of Windows changes the last number; another build is another platform.
  @Test(arguments: windows)
  func anotherBuildOfWindowsIsAnotherPlatform(version: String?, isLost: Bool) async throws {
    let platform = Platform(os: "windows", architecture: "amd64", osVersion: version)
    let digest = try addList("v1", [platform]).digest
    let config = #"{"os":"windows","architecture":"amd64","os.version":"10.0.20348.1"}"#
    try registry.add("a:one", config: config)
    try await publish(["v1"], ["one"], addsImages: false)
    #expect(warnings == (isLost ? ["[r.example/a:v1@\(digest)] lost [windows/amd64]"] : []))
  }

  static let unknown: [(os: String, architecture: String, nearest: String)] = [
    ("linux", "amd65", "architecture amd65 is not known. Did you mean amd64?"),
    ("linuxx", "amd64", "operating system linuxx is not known. Did you mean linux?"),
    ("linux", "e2k", "architecture e2k is not known"), ("beos", "amd64", "operating system beos is not known"),
  ]

  @Test(arguments: unknown)
  func aPlatformThatEnginesDoNotKnowIsNamed(os: String, architecture: String, nearest: String) async throws {
    try registry.add("a:one", config: #"{"os":"\#(os)","architecture":"\#(architecture)"}"#)
    try await publish(["v1"], ["one"], addsImages: false)
    let platform = "\u{201C}\(os)/\(architecture)\u{201D} is not a platform"
    #expect(warnings == ["r.example/a:one: \(platform): the \(nearest)"])
  }

  @Test func aReplacedImageIsNamedUnlessItIsInTheList() async throws {
    let one = try registry.add("a:v1", config: "{}")
    let pushed = try registry.add("a:v1-arm64", config: #"{"os":"linux","architecture":"arm64"}"#)
    registry.answer("GET a/manifests/latest", .status(200, ["Content-Type": "\(pushed.mediaType)"], body: pushed.text))
    try await publish(["v1", "latest"], ["v1-arm64"])
    #expect(warnings == ["r.example/a:v1 was \(one.digest)"])
  }

  /// It cannot be in a list, and loses its tag like any other image.
  @Test func anImageInDockersFirstFormatIsAnImage() async throws {
    let type = "application/vnd.docker.distribution.manifest.v1+prettyjws"
    registry.answer("GET a/manifests/v1", .status(200, ["Content-Type": type], body: "{}"))
    try await publish(["v1"], ["v1-arm64"])
    #expect(warnings == ["r.example/a:v1 was an image"])
  }

  @Test func aNameThatCannotBeReadIsAWarning() async throws {
    registry.answer("GET a/manifests/v1", .status(500))
    registry.answer("GET a/manifests/stable", .status(403))
    registry.answer("GET a/manifests/latest", .status(404))
    try await publish(["v1", "stable", "latest"], ["v1-arm64"])
    #expect(warnings == ["r.example/a:v1 was not read", "r.example/a:stable was not read"])
    #expect(registry.puts.count == 3)
  }

  @Test func variantsThatAreLeftOutAreWarningsInTheOrderOfTheImages() async throws {
    for arch in ["s390x", "amd64"] {
      try registry.add("a:v1-\(arch)", config: #"{"os":"linux","architecture":"\#(arch)","variant":"v8"}"#)
    }
    registry.delay("GET a/manifests/v1-s390x")
    try await publish(["v1"], ["v1-s390x", "v1-amd64"], addsImages: false)
    let left = ["s390x", "amd64"].map { "r.example/a:v1-\($0) is linux/\($0) without v8" }
    #expect(warnings == left)
  }

  @Test func aDryRunWarnsToo() async throws {
    let digest = try addList("v1", ["linux/s390x"]).digest
    try await publish(["v1"], ["v1-arm64"], isDryRun: true)
    #expect(warnings == ["[r.example/a:v1@\(digest)] lost [linux/s390x]"])
    #expect(registry.puts.isEmpty)
  }

  // MARK: - Versions

  static let versions: [(tags: [String], images: [String], isMixed: Bool)] = [
    (["v1"], ["v1-arm64", "v2-amd64"], true),
    (["latest"], ["1.2.3-arm64", "1.2.4-amd64"], true),
    (["1.2"], ["1.2.3-arm64", "1.2.4-amd64"], true),
    (["v1", "v2"], ["v1-arm64", "v2-amd64"], true),
    (["v1"], ["v2-arm64", "v2-amd64"], false),
    (["v1"], ["v1-arm64-20210624", "v1-amd64-20210625"], false),
    (["v1"], ["arm64-v1", "amd64-v1-alpine"], false),
    (["386"], ["386-amd64-1", "386-arm64-2"], false),
    (["latest", "v1"], ["v1-arm64-20210624", "v1-amd64-20210625"], false),
    (["v1"], ["arm64", "v1-amd64"], false),
    (["latest"], ["arm64-v8", "amd64-v3"], false),
    (["latest"], ["windows-amd64-1809", "v1-arm64"], false),
  ]

  @Test(arguments: versions)
  func imagesOfDifferentVersionsAreAWarning(tags: [String], images: [String], isMixed: Bool) async throws {
    try await publish(tags, images)
    #expect(warnings == (isMixed ? ["r.example/a:\(tags[0]) is mixed of [\(images.joined(separator: ", "))]"] : []))
  }

  @discardableResult
  private func addList(_ tag: String, _ platforms: [String]) throws -> RawManifest {
    let platforms = platforms.map { text in
      let parts = text.split(separator: "/").map(String.init)
      return Platform(os: parts[0], architecture: parts[1], variant: parts.dropFirst(2).first)
    }
    return try addList(tag, platforms)
  }

  private func addList(_ tag: String, _ platforms: [Platform]) throws -> RawManifest {
    let digest = try Digest(of: Array(tag.utf8))
    let entries = platforms.map { platform in
      Descriptor(mediaType: .ociManifest, size: 1, digest: digest, platform: platform)
    }
    let index = Index(mediaType: .ociIndex, manifests: entries)
    return try registry.add("a:\(tag)", String(decoding: index.encoded(), as: UTF8.self), .ociIndex)
  }

  /// - Parameters:
  ///   - images: Tags.
  ///   - addsImages: Each image is for the platform that its tag states after those of the list.
  @discardableResult
  private func publish(
    _ tags: [String],
    _ images: [String],
    platformFrom: PublishRequest.PlatformFrom = .check,
    isDryRun: Bool = false,
    addsImages: Bool = true
  ) async throws -> AssembledList {
    let tags = try tags.map { try Tag(parsing: $0) }
    let sources = try images.map { Source($0, try Reference(parsing: "r.example/a:\($0)")) }
    for source in sources where addsImages {
      let platform = source.inferredPlatform(in: tags)?.platform
      let variant = platform?.variant.map { #","variant":"\#($0)""# } ?? ""
      let words = [platform?.os ?? "", platform?.architecture ?? ""]
      try registry.add(
        "a:\(source.text)",
        config: #"{"os":"\#(words[0])","architecture":"\#(words[1])"\#(variant)}"#
      )
    }
    let repository = try Reference(parsing: "r.example/a").repository
    var request = try PublishRequest(repository: repository, tags: tags, sources: sources)
    request.platformFrom = platformFrom
    request.isDryRun = isDryRun
    tags.forEach { registry.leaveOut($0.text) }
    return try await Publisher(registries: registry.registries, onEvent: events.sink).publish(request)
  }
}

extension RawManifest {
  fileprivate var text: String { String(decoding: bytes, as: UTF8.self) }
}
