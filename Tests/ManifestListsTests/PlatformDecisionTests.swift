import OCI
import Testing

@testable import ManifestLists

@Suite struct PlatformDecisionTests {
  /// `config` and `platform` are platforms; `-` stands for what is not stated.
  static let decided: [(tag: String, config: String, platform: String, origin: PlatformOrigin)] = [
    ("v1-arm64", "-", "linux/arm64", .tag),
    ("v1", "linux/arm64", "linux/arm64", .config),
    ("v1-arm64", "linux/arm64", "linux/arm64", .tagAndConfig),
    ("v1-arm64", "linux/arm64/v8", "linux/arm64/v8", .tagAndConfig),
    ("v1-arm64", "linux/arm64/v9", "linux/arm64/v9", .tagAndConfig),
    // What one leaves out is taken from the other.
    ("v1-armv6", "linux/arm", "linux/arm/v6", .tagAndConfig),
    ("v1-arm", "linux/arm/v6", "linux/arm/v6", .tagAndConfig),
    ("v1-arm", "linux/arm", "linux/arm", .tagAndConfig),
    ("v1-amd64", "windows/amd64", "windows/amd64", .tagAndConfig),
    ("v1-windows-amd64", "windows/amd64", "windows/amd64", .tagAndConfig),
    ("v1-arm64", "-/arm64", "linux/arm64", .tagAndConfig),
    ("v1-arm64", "windows/-", "windows/arm64", .tagAndConfig),
    ("v1-armv6", "linux/-", "linux/arm/v6", .tagAndConfig),
    ("v1", "-/arm64", "linux/arm64", .config),
    // By other names.
    ("v1-arm64", "Linux/aarch64", "linux/arm64", .tagAndConfig),
    ("v1-amd64", "linux/x86_64", "linux/amd64", .tagAndConfig),
    ("v1-armv7", "linux/armhf", "linux/arm/v7", .tagAndConfig),
    ("v1", "linux/arm64/8", "linux/arm64/v8", .config),
    // amd64 next to a version is amd64, so the image's own level counts.
    ("v1-amd64-v2", "linux/amd64/v3", "linux/amd64/v3", .tagAndConfig),
  ]

  @Test(arguments: decided)
  func decides(tag: String, config: String, platform: String, origin: PlatformOrigin) throws {
    let decision = try decide(tag, config)
    #expect(decision.platform.description == platform)
    #expect(decision.origin == origin)
  }

  static let differing: [(tag: String, config: String)] = [
    ("v1-arm64", "linux/amd64"),
    ("v1-armv7", "linux/arm/v6"),
    ("v1-arm", "linux/arm64"),
    ("v1-windows-amd64", "linux/amd64"),
    ("v1-linux-amd64", "windows/amd64"),
    ("v1-arm64", "-/amd64"),
    ("v1-linux-arm64", "windows/-"),
  ]

  @Test(arguments: differing)
  func refusesWhereTheTwoDiffer(tag: String, config: String) throws {
    let error = #expect(throws: PublishError.self) { try decide(tag, config) }
    guard case .platformsDiffer(_, _, let image)? = error else {
      Issue.record("not platformsDiffer: \(error.map { "\($0)" } ?? "-")")
      return
    }
    #expect(error?.description.hasSuffix(" is for \(image)") == true)
  }

  @Test(arguments: ["unknown/unknown", "linux/unknown", "unknown/arm64"])
  func aConfigThatDeclaresNoPlatformIsRefused(config: String) throws {
    let error = #expect(throws: PublishError.self) { try decide("v1-arm64", config) }
    guard case .notRunnable? = error else {
      Issue.record("not notRunnable: \(error.map { "\($0)" } ?? "-")")
      return
    }
  }

  /// All images of a list are in one repository, so its name is only a hint, and no reason to refuse an image.
  @Test func theRepositorysNameIsOnlyAHint() throws {
    let source = Source("one", try Reference(parsing: "r.example/tools/arm:one"), reading: .tag)
    let name = source.inferredPlatform(in: [])
    let byImage = try PlatformDecision(tag: name, config: config("linux/arm64"), of: source)
    #expect(byImage.platform.description == "linux/arm64")
    #expect(byImage.origin == .config)
    let byName = try PlatformDecision(tag: name, config: config("-/-"), of: source)
    #expect(byName.platform.description == "linux/arm")
    #expect(byName.origin == .path)
  }

  @Test func withoutAnyPlatformItIsRefused() throws {
    let error = #expect(throws: PublishError.self) { try decide("v1", "-") }
    #expect(error?.description == "cannot determine the platform of r.example/a:v1")
    let source = try source("v1")
    #expect(throws: PublishError.self) { try PlatformDecision(tag: nil, of: source) }
  }

  /// The version and features of Windows are in the config only.
  @Test func keepsTheSystemsVersion() throws {
    let config = try ImageConfig(
      decoding: Array(
        #"{"os":"windows","architecture":"amd64","os.version":"10.0.1","os.features":["win32k"]}"#.utf8
      )
    )
    let source = try source("windows-amd64")
    let decision = try PlatformDecision(tag: source.inferredPlatform(in: []), config: config, of: source)
    #expect(decision.platform.osVersion == "10.0.1")
    #expect(decision.platform.osFeatures == ["win32k"])
  }

  /// The name of the repository is only a hint: its variant is not that of another architecture.
  @Test func theVariantOfAnotherArchitectureIsNotTakenOver() throws {
    let source = Source("one", try Reference(parsing: "r.example/arm32v6/app:one"), reading: .tag)
    let name = source.inferredPlatform(in: [])
    let decision = try PlatformDecision(tag: name, config: config("linux/arm64"), of: source)
    #expect(decision.platform.description == "linux/arm64")
  }

  @Test func aVariantThatDoesNotExistIsLeftOut() throws {
    let decision = try decide("v1-amd64", "linux/amd64/v8")
    #expect(decision.platform == Platform(os: "linux", architecture: "amd64"))
    #expect(decision.unknownVariant == "v8")
    #expect(decision.origin == .tagAndConfig)
    #expect(try decide("v1-arm64", "linux/arm64/v8").unknownVariant == nil)
  }

  @Test func anAssignedPlatformTakesTheVersionOfItsOwnSystemOnly() throws {
    let config = try ImageConfig(
      decoding: Array(#"{"os":"windows","architecture":"amd64","os.version":"10.0.1","os.features":["f"]}"#.utf8)
    )
    let source = try source("one")
    let windows = try PlatformDecision(assigned: Platform(parsing: "windows/arm64"), config: config, of: source)
    #expect(windows.platform.osVersion == "10.0.1" && windows.platform.osFeatures == ["f"])
    let versioned = try Platform(parsingWithVersion: "windows/amd64:10.0.2")
    let assigned = try PlatformDecision(assigned: versioned, config: config, of: source)
    #expect(assigned.platform.osVersion == "10.0.2" && assigned.platform.osFeatures == ["f"])
    let linux = try PlatformDecision(assigned: Platform(parsing: "linux/amd64"), config: config, of: source)
    #expect(linux.platform.osVersion == nil && linux.platform.osFeatures == nil)
  }

  static let unknown: [(assigned: String, config: String?, isRefused: Bool)] = [
    ("linux/amd65", nil, true),
    ("linux/amd65", "linux/amd64", true),
    ("linux/amd65", "linux/amd65", false),
    ("lunix/amd64", "linux/amd64", true),
    ("lunix/amd64", "lunix/amd64", false),
    ("linux/amd64", nil, false),
  ]

  @Test(arguments: unknown)
  func anUnknownPlatformIsAcceptedOnlyIfTheImageSaysTheSame(assigned: String, config: String?, isRefused: Bool) throws {
    let (source, platform) = (try source("one"), try Platform(parsing: assigned))
    let image = try config.map { try self.config($0) }
    guard isRefused else {
      #expect(try PlatformDecision(assigned: platform, config: image, of: source).platform == platform)
      return
    }
    let error = #expect(throws: PublishError.self) {
      try PlatformDecision(assigned: platform, config: image, of: source)
    }
    guard case .unknownPlatform(source, _)? = error else {
      Issue.record("not unknownPlatform: \(error.map { "\($0)" } ?? "-")")
      return
    }
  }

  private func decide(_ tag: String, _ config: String) throws -> PlatformDecision {
    let source = try source(tag)
    return try PlatformDecision(
      tag: source.inferredPlatform(in: []),
      config: self.config(config),
      of: source
    )
  }

  private func config(_ platform: String) throws -> ImageConfig {
    let names = ["os", "architecture", "variant"]
    let members = zip(names, platform.split(separator: "/")).filter { $0.1 != "-" }.map { "\"\($0)\":\"\($1)\"" }
    return try ImageConfig(decoding: Array("{\(members.joined(separator: ","))}".utf8))
  }

  private func source(_ tag: String) throws -> Source {
    Source(tag, try Reference(parsing: "r.example/a:\(tag)"), reading: .tag)
  }
}
