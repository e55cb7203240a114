import JSON
import Testing

@testable import OCI

/// Where programs differ, and the order in which they take entries. What containerd takes is in `PlatformTableTests`.
@Suite struct ImagePullerTests {
  struct Case: CustomTestStringConvertible {
    let puller: ImagePuller
    let host: String
    var list = MediaType.ociIndex
    /// With a space in between; `none` has no platform, `{}` an empty one, and `/amd64` one without an operating system.
    let entries: String
    /// In the order in which they are taken.
    let taken: String
    var testDescription: String { "\(puller) on \(host): \(entries) in \(list)" }
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
    // An entry of docker's list always has a platform for podman, and no annotations.
    Case(puller: .podman, host: "linux/amd64", list: .dockerList, entries: "none {}", taken: ""),
    Case(
      puller: .podman,
      host: "linux/amd64",
      list: .dockerList,
      entries: "linux/amd64 linux/amd64+zstd",
      taken: "linux/amd64 linux/amd64+zstd"
    ),
    Case(
      puller: .podman,
      host: "linux/amd64",
      entries: "none linux/amd64 none+zstd linux/amd64+zstd",
      taken: "linux/amd64+zstd linux/amd64 none+zstd none"
    ),
    // Only a missing platform is none. containerd takes a missing operating system for its own.
    Case(puller: .podman, host: "linux/amd64", entries: "{} /amd64 none", taken: "none"),
    Case(puller: .crane, host: "linux/amd64", entries: "{} /amd64 none", taken: "none"),
    Case(puller: .containerd, host: "linux/amd64", entries: "none {} linux/386 /amd64", taken: "/amd64 linux/386 none"),
    Case(puller: .docker, host: "linux/amd64", list: .dockerList, entries: "{} none", taken: "none"),
  ]

  @Test(arguments: cases)
  func takesEntriesInItsOrder(_ test: Case) throws {
    let names = test.entries.split(separator: " ").map(String.init)
    let entries = try names.map { try Self.entry($0) }
    let host = try #require(try Self.entry(test.host).platform)
    let candidates = test.puller.candidates(from: entries, of: test.list, for: host, limit: 9)
    #expect(candidates.map { names[$0.position] }.joined(separator: " ") == test.taken)
    #expect(candidates.first == test.puller.choice(from: entries, of: test.list, for: host))
    let first = test.puller.candidates(from: entries, of: test.list, for: host, limit: 1)
    #expect(first == Array(candidates.prefix(1)))
  }

  @Test func eachProgramLooksForItsOwnPlatform() throws {
    let machine = Platform(os: "linux", architecture: "amd64")
    let own = PullTarget(machine: machine, amd64Level: "v3")
    func looksFor(_ target: PullTarget) -> [String] { ImagePuller.allCases.map { "\(target.platform(for: $0))" } }
    #expect(looksFor(own) == ["linux/amd64", "linux/amd64/v3", "linux/amd64", "linux/amd64"])
    let arm = PullTarget(machine: Platform(os: "linux", architecture: "arm64", variant: "v8"))
    #expect(looksFor(arm) == ["linux/arm64/v8", "linux/arm64/v8", "linux/arm64/v8", "linux/amd64"])
    let requested = PullTarget(machine: machine, amd64Level: "v3", requested: try Platform(parsing: "linux/arm64/v8"))
    #expect(looksFor(requested) == Array(repeating: "linux/arm64/v8", count: 4))
    let short = PullTarget(machine: machine, amd64Level: "v3", requested: try Platform(parsing: "linux/arm64"))
    #expect(looksFor(short) == Array(repeating: "linux/arm64", count: 4))
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
    let isZstd = name.hasSuffix("+zstd")
    let name = isZstd ? String(name.dropLast(5)) : name
    let members = zip(["os", "architecture", "variant"], name.split(separator: "/", omittingEmptySubsequences: false))
      .filter { !$0.1.isEmpty && name != "{}" }.map { JSONMember(name: $0, value: .string(String($1))) }
    var json: [JSONMember] = [
      JSONMember(name: "mediaType", value: .string(MediaType.ociManifest.rawValue)),
      JSONMember(name: "size", value: 1),
      JSONMember(name: "digest", value: .string("sha256:\(String(repeating: "0", count: 64))")),
    ]
    if name != "none" { json.append(JSONMember(name: "platform", value: .object(members))) }
    var entry = try Descriptor(JSONNode(.object(json)))
    if isZstd { entry.annotations["io.github.containers.compression.zstd"] = "true" }
    return entry
  }

  /// It is an image's word, and a host would be asked with it.
  @Test(arguments: ["amd64", "arm"])
  func aVariantCanBeAnyNumber(architecture: String) {
    let platform = Platform(os: "linux", architecture: architecture, variant: "v9223372036854775807")
    #expect(ImagePuller.containerd.preferences(for: platform).count < 20)
  }
}
