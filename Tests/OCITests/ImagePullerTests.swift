import Testing

@testable import OCI

/// Where programs differ, and the order in which they take entries. What containerd takes is in `PlatformTableTests`.
@Suite struct ImagePullerTests {
  struct Case: CustomTestStringConvertible {
    let puller: ImagePuller
    let host: String
    /// With a space in between; `none` has no platform.
    let entries: String
    /// In the order in which they are taken.
    let taken: String
    var testDescription: String { "\(puller) on \(host): \(entries)" }
  }

  static let cases: [Case] = [
    Case(
      puller: .containerd,
      host: "linux/amd64",
      entries: "linux/386 linux/amd64 none",
      taken: "linux/amd64 linux/386 none"
    ),
    Case(
      puller: .containerd,
      host: "linux/arm/v7",
      entries: "linux/arm/v5 linux/arm/v8 linux/arm/v6",
      taken: "linux/arm/v6 linux/arm/v5"
    ),
    Case(puller: .containerd, host: "linux/s390x", entries: "linux/amd64 unknown/unknown", taken: ""),
    Case(
      puller: .podman,
      host: "linux/arm64/v8",
      entries: "linux/arm/v7 linux/arm64 linux/arm64/v8",
      taken: "linux/arm64/v8 linux/arm64"
    ),
    Case(puller: .podman, host: "linux/amd64", entries: "linux/386 linux/amd64/v2 none", taken: "none"),
    Case(
      puller: .crane,
      host: "linux/amd64",
      entries: "linux/amd64/v3 linux/386 linux/amd64",
      taken: "linux/amd64/v3 linux/amd64"
    ),
    Case(puller: .crane, host: "linux/arm64/v8", entries: "linux/arm64 linux/arm64/v8", taken: "linux/arm64/v8"),
    Case(puller: .crane, host: "linux/amd64", entries: "none linux/amd64", taken: "none linux/amd64"),
  ]

  @Test(arguments: cases)
  func takesEntriesInItsOrder(_ test: Case) throws {
    let names = test.entries.split(separator: " ").map(String.init)
    let entries = try names.map { try Self.entry($0) }
    let host = try #require(try Self.entry(test.host).platform)
    let candidates = test.puller.candidates(from: entries, for: host, limit: 9)
    #expect(candidates.map { names[$0.position] }.joined(separator: " ") == test.taken)
    #expect(candidates.first == test.puller.choice(from: entries, for: host))
    #expect(test.puller.candidates(from: entries, for: host, limit: 1).count == min(1, candidates.count))
  }

  @Test func eachProgramLooksForItsOwnPlatform() throws {
    let machine = Platform(os: "linux", architecture: "amd64")
    let own = PullTarget(machine: machine, amd64Level: "v3")
    func looksFor(_ target: PullTarget) -> [String] { ImagePuller.allCases.map { "\(target.platform(for: $0))" } }
    #expect(looksFor(own) == ["linux/amd64", "linux/amd64/v3", "linux/amd64", "linux/amd64"])
    let arm = PullTarget(machine: Platform(os: "linux", architecture: "arm64", variant: "v8"))
    #expect(looksFor(arm) == ["linux/arm64/v8", "linux/arm64/v8", "linux/arm64/v8", "linux/amd64"])
    let requested = PullTarget(machine: machine, amd64Level: "v3", requested: try Platform(parsing: "linux/arm64/v8"))
    #expect(looksFor(requested) == ["linux/arm64/v8", "linux/arm64/v8", "linux/arm64", "linux/arm64/v8"])
  }

  static let orders: [(puller: ImagePuller, host: String, order: String)] = [
    (.containerd, "linux/arm/v7", "linux/arm/v7 linux/arm/v6 linux/arm/v5"),
    (.docker, "linux/amd64/v3", "linux/amd64/v3 linux/amd64/v2 linux/amd64 linux/386"),
    (.podman, "linux/arm64/v8", "linux/arm64/v8 linux/arm64"),
    (.crane, "linux/amd64", "linux/amd64"),
  ]

  @Test(arguments: orders)
  func showsWhatItLooksFor(puller: ImagePuller, host: String, order: String) throws {
    let platform = try #require(try Self.entry(host).platform)
    #expect(puller.preferences(for: platform).map(\.description).joined(separator: " ") == order)
  }

  private static func entry(_ name: String) throws -> Descriptor {
    let digest = try Digest(parsing: "sha256:\(String(repeating: "0", count: 64))")
    let parts = name.split(separator: "/").map(String.init)
    let platform =
      parts.count < 2
      ? nil : Platform(os: parts[0], architecture: parts[1], variant: parts.count > 2 ? parts[2] : nil)
    return Descriptor(mediaType: .ociManifest, size: 1, digest: digest, platform: platform)
  }
}
