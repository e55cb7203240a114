import JSON
import Testing

@testable import OCI

@Suite struct PlatformTests {
  static let read: [(text: String, platform: String)] = [
    ("linux/arm64", "linux/arm64"),
    ("Linux/AMD64", "linux/amd64"),
    ("linux/arm/v7", "linux/arm/v7"),
    ("linux/arm/7", "linux/arm/v7"),
    ("linux/aarch64", "linux/arm64"),
    ("linux/x86_64", "linux/amd64"),
    ("linux/armhf", "linux/arm/v7"),
    ("macos/arm64", "darwin/arm64"),
    ("win/amd64", "windows/amd64"),
    ("arm64", "linux/arm64"),
    ("armel", "linux/arm/v6"),
    ("linux/wasm", "linux/wasm"),
    ("wasi/wasm32", "wasi/wasm32"),
  ]

  @Test(arguments: read)
  func reads(text: String, platform: String) throws {
    #expect(try Platform(parsing: text).description == platform)
  }

  @Test(arguments: [
    "", "/", "linux", "linux/", "/amd64", "linux/arm/v7/x", "linux/a b", "linux/arm64\n", "linux/é", "1.2", "arm64/v8",
  ])
  func refuses(text: String) {
    #expect(throws: PlatformError(text: text)) { try Platform(parsing: text) }
  }

  static let same: [(one: String, other: String, areSame: Bool)] = [
    ("linux/arm64", "linux/arm64/v8", true),
    ("linux/amd64", "linux/amd64/v1", true),
    ("linux/arm", "linux/arm/v7", true),
    ("linux/arm", "linux/arm/v6", false),
    ("linux/amd64", "linux/amd64/v2", false),
    ("linux/arm64", "linux/arm64/v9", false),
    ("linux/amd64", "windows/amd64", false),
  ]

  @Test(arguments: same)
  func normalizesAsEnginesDo(one: String, other: String, areSame: Bool) throws {
    #expect((try Platform(parsing: one).normalized == Platform(parsing: other).normalized) == areSame)
  }

  // MARK: - As JSON

  @Test func keepsEveryMemberOnTheWayThroughJSON() throws {
    let platform = Platform(
      os: "windows",
      architecture: "amd64",
      variant: "v2",
      osVersion: "10.0.20348.2113",
      osFeatures: ["win32k"]
    )
    let text =
      #"{"architecture":"amd64","os":"windows","os.version":"10.0.20348.2113","os.features":["win32k"],"variant":"v2"}"#
    #expect(String(decoding: platform.json.encoded(), as: UTF8.self) == text)
    #expect(try Platform(JSONNode(JSONValue(decoding: Array(text.utf8)))) == platform)
  }

  static let none: [(text: String, why: String)] = [
    (#"{}"#, "neither"),
    (#"{"architecture":"amd64"}"#, "no system"),
    (#"{"architecture":"","os":"linux"}"#, "empty"),
  ]

  @Test(arguments: none)
  func isNone(text: String, why: String) throws {
    #expect(try Platform(JSONNode(JSONValue(decoding: Array(text.utf8)))) == nil, "\(why)")
  }

  static let runnable: [(platform: String, isRunnable: Bool)] = [
    ("linux/amd64", true), ("wasi/wasm", true),
    ("unknown/unknown", false), ("linux/unknown", false), ("unknown/amd64", false),
  ]

  @Test(arguments: runnable)
  func onlyAKnownPlatformIsRunnable(platform: String, isRunnable: Bool) throws {
    let parts = platform.split(separator: "/")
    let text = #"{"architecture":"\#(parts[1])","os":"\#(parts[0])"}"#
    let read = try #require(try Platform(JSONNode(JSONValue(decoding: Array(text.utf8)))))
    #expect(read.description == platform)
    #expect(read.isRunnable == isRunnable)
    let digest = try Digest(parsing: DigestTests.abc)
    let entry = Descriptor(mediaType: .ociManifest, size: 1, digest: digest, platform: read)
    #expect(entry.runnablePlatform == (isRunnable ? read : nil))
  }

  /// Text from a registry is printed, and becomes part of the list.
  @Test(arguments: ["amd64\\nPublished", "amd64 x", "\\u202eamd64", "a/b"])
  func refusesWhatIsNoWord(architecture: String) {
    let text = #"{"architecture":"\#(architecture)","os":"linux"}"#
    #expect(throws: ManifestError.self) { try ImageConfig(decoding: Array(text.utf8)) }
  }

  @Test func readsOldConfigsWithEmptyMembers() throws {
    let text = #"{"architecture":"arm","os":"linux","variant":"","os.version":null}"#
    #expect(try ImageConfig(decoding: Array(text.utf8)).platform() == Platform(os: "linux", architecture: "arm"))
  }
}
