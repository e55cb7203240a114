import OCI
import Testing

@testable import Publishing

@Suite struct PlatformDecisionTests {
  /// `tag` is what the name says, as a tag; `config` and `platform` are platforms, and `-` stands for none.
  static let decided: [(tag: String, config: String, platform: String, origin: PlatformDecision.Origin)] = [
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
    // amd64 next to a version is amd64, so the image's own level counts.
    ("v1-amd64-v2", "linux/amd64/v3", "linux/amd64/v3", .tagAndConfig),
  ]

  @Test(arguments: decided)
  func decides(tag: String, config: String, platform: String, origin: PlatformDecision.Origin) throws {
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
  ]

  @Test(arguments: differing)
  func refusesWhereTheTwoDiffer(tag: String, config: String) throws {
    let error = #expect(throws: PublishError.self) { try decide(tag, config) }
    guard case .platformsDiffer(_, _, let image)? = error else {
      Issue.record("not platformsDiffer: \(error.map { "\($0)" } ?? "-")")
      return
    }
    #expect(image.description == config)
    #expect(error?.description.contains("--platform \(tag)=\(config) ") == true, "the way out is named")
  }

  @Test func nothingSaysNothing() throws {
    let error = #expect(throws: PublishError.self) { try decide("v1", "-") }
    #expect(error?.description == "nothing says what platform r.example/a:v1 is for: --platform v1=OS/ARCH")
    let source = try source("v1")
    #expect(throws: PublishError.self) { try PlatformDecision(tag: nil, of: source) }
  }

  /// The version and features of Windows are in the config only.
  @Test func keepsTheSystemsVersion() throws {
    var config = try Platform(parsing: "windows/amd64")
    (config.osVersion, config.osFeatures) = ("10.0.1", ["win32k"])
    let source = try source("windows-amd64")
    let decision = try PlatformDecision(tag: InferredPlatform(reading: source.reference), config: config, of: source)
    #expect(decision.platform == config)
  }

  private func decide(_ tag: String, _ config: String) throws -> PlatformDecision {
    let source = try source(tag)
    return try PlatformDecision(
      tag: InferredPlatform(reading: source.reference),
      config: config == "-" ? nil : Platform(parsing: config),
      of: source
    )
  }

  private func source(_ tag: String) throws -> Source {
    try Source(tag, in: Reference(parsing: "r.example/a").repository)
  }
}
