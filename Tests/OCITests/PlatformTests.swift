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
    ("linux/arm64/armv8", "linux/arm64/v8"),
    ("linux/arm64/v8.0", "linux/arm64/v8"),
    ("linux/arm64/v9.2", "linux/arm64/v9.2"),
    ("linux/arm/armv7", "linux/arm/v7"),
    ("linux/arm/v6l", "linux/arm/v6"),
    ("linux/amd64/v1", "linux/amd64"),
    ("linux/amd64/3", "linux/amd64/v3"),
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

  static let refused: [(text: String, why: String)] = [
    ("linux/amd64/v8", "the variants of amd64 are v1, v2, v3 and v4"),
    ("linux/s390x/v8", "s390x has no variants"),
    ("linux/arm/v9", "the variants of arm are v5, v6, v7 and v8"),
    ("linux/arm64/v10", "the variants of arm64 are v8 and v9, with or without a minor version (v8.2)"),
    ("linux/arm64/v9.", "the variants of arm64 are v8 and v9, with or without a minor version (v8.2)"),
    ("linux/amd65/v2", "amd65 has no variants"),
    ("linux/amd64/v3l", "the variants of amd64 are v1, v2, v3 and v4"),
  ]

  @Test(arguments: refused)
  func refusesAVariantThatNoEngineFinds(text: String, why: String) {
    let error = #expect(throws: PlatformError.self) { try Platform(parsing: text) }
    #expect(error?.description == "\u{201C}\(text)\u{201D} is not a platform: \(why)")
  }

  @Test(arguments: [
    "linux/arm46", "linux/amd-64", "linux/amd64/", "linux/", "linx/arm64", "win/amd64", "windows/amd64:x",
    "linux/arm64:v8", "wasip1/wasm", "unknown/unknown", "arm/v7", "arm64/8", "LINUX/arm46", "linux/amd64,linux/arm64",
  ])
  func recognizesAPlatformThatIsMistyped(text: String) throws {
    do throws(PlatformError) { #expect(try Platform(ifMeantBy: text) != nil) } catch { #expect(error.text == text) }
  }

  @Test(arguments: [
    "arm64", "v1-arm64", "linux", "library/arm64", "arm64v8/nginx", "arm64v8/nginx:v8", "linuxserver/sonarr",
    "me/amd64:v1", "linux.example/arm64", "windows:5000/amd64", "localhost/amd64", "/arm64", "", "sha256:00",
  ])
  func takesNameOfImageForNoPlatform(text: String) throws {
    #expect(try Platform(ifMeantBy: text) == nil)
  }

  static let versions: [(text: String, version: String?, why: String)] = [
    ("windows/amd64:10.0.20348.2113", "10.0.20348.2113", ""),
    ("win/x86_64:10.0.17763", "10.0.17763", ""),
    ("linux/arm64", nil, ""),
    ("linux/arm64:5.10.0", nil, "only windows has a version, not linux"),
    ("windows/amd64:", nil, "\u{201C}\u{201D} is not a version of Windows (such as 10.0.20348.2113)"),
    ("windows/amd64:10", nil, "\u{201C}10\u{201D} is not a version of Windows (such as 10.0.20348.2113)"),
    ("windows/amd64:10.0.x", nil, "\u{201C}10.0.x\u{201D} is not a version of Windows (such as 10.0.20348.2113)"),
    ("windows/amd64/v8:10.0.1", nil, "the variants of amd64 are v1, v2, v3 and v4"),
  ]

  @Test(arguments: versions)
  func readsTheVersionOfWindows(text: String, version: String?, why: String) throws {
    if why.isEmpty {
      #expect(try Platform(parsingWithVersion: text).osVersion == version)
      return
    }
    let error = #expect(throws: PlatformError.self) { try Platform(parsingWithVersion: text) }
    #expect(error?.description.hasSuffix(why) == true && error?.text == text)
  }

  static let slips: [(platform: String, nearest: String?)] = [
    ("linux/amd65", "amd64"), ("linux/adm64", "amd64"), ("linux/arm65", "arm64"), ("linux/x86_65", "amd64"),
    ("linux/ppc64l", "ppc64le"), ("linux/ricsv64", "riscv64"), ("lunix/amd64", "linux"), ("widnows/amd64", "windows"),
    ("linux/arm64", nil), ("wasip1/wasm", nil), ("solaris/amd64", nil),
  ]

  @Test(arguments: slips)
  func namesTheNearestKnownWord(platform: String, nearest: String?) throws {
    let error = try Platform(parsing: platform).unknownWord
    #expect(error == nil || error?.text == platform)
    #expect(error?.description.split(separator: " ").last.map(String.init) == nearest.map { "\($0)?" })
  }

  @Test(arguments: ["unknown/unknown", "linux/unknown", "unknown/amd64"])
  func noImageIsForThePlatformOfAttestations(platform: String) throws {
    let error = try Platform(parsing: platform).unknownWord
    #expect(error?.description.contains("\(platform)\u{201D} is the platform of attestations") == true)
  }

  static let forged: [(platform: Platform, text: String)] = [
    (.init(os: "linux", architecture: "arm/v6"), #"linux/"arm/v6""#),
    (.init(os: "linux/arm", architecture: "v6"), #""linux/arm"/v6"#),
    (.init(os: "linux", architecture: "amd64", variant: "x   sha256:0"), #"linux/amd64/"x   sha256:0""#),
    (.init(os: "Linux", architecture: #"a"b"#), #"Linux/"a\"b""#),
  ]

  /// In an entry of a list, a part can have any characters.
  @Test(arguments: forged)
  func aPartLooksLikeNoOtherPart(platform: Platform, text: String) throws {
    #expect(platform.description == text)
    let others = try ["linux/arm/v6", "linux/amd64"].map { try Platform(parsing: $0) }
    #expect(others.allSatisfy { !platform.isSame(as: $0) })
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

  /// In an entry of a list, as its author wrote it.
  static let entries: [(one: Platform, other: Platform)] = [
    (.init(os: "linux", architecture: "arm", variant: "armv7"), .init(os: "linux", architecture: "arm")),
    (.init(os: "linux", architecture: "arm64", variant: "armv8"), .init(os: "linux", architecture: "arm64")),
    (
      .init(os: "windows", architecture: "amd64", osFeatures: ["b", "a", "b"]),
      .init(os: "windows", architecture: "amd64", osFeatures: ["a", "b"])
    ),
    (
      .init(os: "windows", architecture: "amd64", osVersion: "10.0.17763.1", osFeatures: [""]),
      .init(os: "windows", architecture: "amd64", osVersion: "10.0.017763 ")
    ),
    (
      .init(os: "windows", architecture: "amd64", osVersion: "10.0.17763.2"),
      .init(os: "windows", architecture: "amd64", osVersion: "10.0.17763.01 ")
    ),
  ]

  @Test(arguments: entries)
  func spellingsOfOnePlatformAreEqual(one: Platform, other: Platform) {
    #expect(one.normalized == other.normalized)
    #expect(one.isSame(as: other))
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

  static let variants: [(members: String, platform: String, unknown: String?)] = [
    (#""architecture":"arm64","variant":"armv8""#, "linux/arm64/v8", nil),
    (#""architecture":"arm64","variant":"8""#, "linux/arm64/v8", nil),
    (#""architecture":"amd64","variant":"v1""#, "linux/amd64", nil),
    (#""architecture":"amd64","variant":"V3""#, "linux/amd64/v3", nil),
    (#""architecture":"amd64","variant":"v8""#, "linux/amd64", "v8"),
    (#""architecture":"s390x","variant":"v8""#, "linux/s390x", "v8"),
    (#""architecture":"riscv64","variant":"rva22u64""#, "linux/riscv64", "rva22u64"),
    (#""architecture":"armhf","variant":"v6""#, "linux/arm/v7", nil),
    (#""architecture":"arm","variant":"v9""#, "linux/arm", "v9"),
  ]

  /// What a config says is written to a list: only a variant that engines find.
  @Test(arguments: variants)
  func writesVariantsAsEnginesFindThem(members: String, platform: String, unknown: String?) throws {
    let config = try ImageConfig(decoding: Array("{\"os\":\"linux\",\(members),\"os.features\":[]}".utf8))
    #expect(config.platform()?.description == platform)
    #expect(config.platform()?.osFeatures == nil)
    #expect(config.unknownVariant() == unknown)
  }

  /// A variant belongs to its architecture.
  @Test func theVariantOfAnotherArchitectureIsNotTakenOver() throws {
    let other = Platform(os: "linux", architecture: "arm", variant: "v6")
    let config = try ImageConfig(decoding: Array(#"{"architecture":"arm64"}"#.utf8))
    #expect(config.platform(completedBy: other)?.description == "linux/arm64")
    let noArchitecture = try ImageConfig(decoding: Array(#"{"variant":"v8.2"}"#.utf8))
    #expect(noArchitecture.platform(completedBy: other)?.description == "linux/arm/v6")
    #expect(noArchitecture.unknownVariant(completedBy: other) == "v8.2")
  }

  /// Text from a registry is printed, and becomes part of the list.
  @Test(arguments: ["amd64\\nPublished", "amd64 x", "\\u202eamd64", "a/b"])
  func refusesWhatIsNoWord(architecture: String) {
    let text = #"{"architecture":"\#(architecture)","os":"linux"}"#
    let error = #expect(throws: ManifestError.self) { try ImageConfig(decoding: Array(text.utf8)) }
    #expect(error?.description.hasPrefix("architecture is not a valid name ") == true)
  }

  static let tooLong = String(repeating: "x", count: 129)
  static let badMembers: [(members: String, path: String)] = [
    (#""os.version":"\u009b2J""#, #"["os.version"]"#),
    (#""os.features":["\u202e"]"#, #"["os.features"][0]"#),
    (#""os":"\#(tooLong)""#, "os"), (#""variant":"\#(tooLong)""#, "variant"),
    (#""os.version":"\#(tooLong)""#, #"["os.version"]"#),
    (#""os.features":["a","\#(tooLong)"]"#, #"["os.features"][1]"#),
  ]

  @Test("Texts that are long or cannot be printed are refused, in configs and in lists", arguments: badMembers)
  func refusesLongAndUnprintableTexts(members: String, path: String) throws {
    let error = #expect(throws: ManifestError.self) { try ImageConfig(decoding: Array("{\(members)}".utf8)) }
    #expect(error?.description == "\(path) is not a valid name of at most 128 characters")
    let names = members.contains("\"os\"") ? #""architecture":"a""# : #""architecture":"a","os":"b""#
    let node = JSONNode(try JSONValue(decoding: Array("{\(names),\(members)}".utf8)))
    #expect(throws: JSONError.value(path: path, problem: "is not a valid name of at most 128 characters")) {
      try Platform(node)
    }
  }

  @Test func refusesManyFeatures() {
    let text = #"{"os.features":[\#(repeatElement(#""a""#, count: 65).joined(separator: ","))]}"#
    #expect(throws: ManifestError.self) { try ImageConfig(decoding: Array(text.utf8)) }
  }

  static let sameNames: [(text: String, error: JSONError)] = [
    (#"{"architecture":"amd64","architecture":"arm64"}"#, .sameName(path: "", "architecture", "architecture")),
    (#"{"architecture":"arm64","Architecture":"amd64"}"#, .sameName(path: "", "architecture", "Architecture")),
    (#"{"OS.Version":"1"}"#, .otherCase(path: #"["OS.Version"]"#, name: "os.version")),
  ]

  @Test("A config that Go reads in another way is refused", arguments: sameNames)
  func sameNamesAreRefused(text: String, error: JSONError) {
    #expect(throws: ManifestError.json(error)) { try ImageConfig(decoding: Array(text.utf8)) }
  }

  @Test("The author's own names can differ in case only", arguments: ["Labels", "Volumes", "ExposedPorts"])
  func labelsAreNoFields(map: String) throws {
    let value = map == "Labels" ? #""""# : "{}"
    let text = #"{"architecture":"arm64","config":{"\#(map)":{"a":\#(value),"A":\#(value)}}}"#
    #expect(try ImageConfig(decoding: Array(text.utf8)).architecture == "arm64")
  }

  @Test func readsOldConfigsWithEmptyMembers() throws {
    let text = #"{"architecture":"arm","os":"linux","variant":"","os.version":null}"#
    #expect(try ImageConfig(decoding: Array(text.utf8)).platform() == Platform(os: "linux", architecture: "arm"))
  }
}
