import OCI
import Testing

@testable import ManifestLists

/// Each entry is `PLATFORM[+FEATURE] IMAGE`; a platform is left out with `-`.
@Suite struct PlatformContestTests {
  static let lists: [(entries: [String], problems: [Int: String])] = [
    (["linux/amd64 a", "linux/arm64 b"], [:]), (["linux/amd64 a", "linux/amd64 b"], [1: "not a"]),
    (["linux/arm64 a", "linux/arm64/v8 b", "linux/arm/v7 c", "linux/arm d"], [1: "not a", 3: "not c"]),
    (["linux/amd64 a", "linux/amd64/v3 b"], [:]), (["linux/amd64 a", "- b", "unknown/unknown c"], [:]),
    // One image for one platform is taken, whichever of its entries engines find.
    (["linux/amd64 a", "linux/amd64 a", "linux/amd64 b"], [1: "twice", 2: "not a"]),
    // Engines do not take an image that requires features, also if it is the first one.
    (["linux/amd64+x a", "linux/amd64 b"], [0: "not b"]), (["linux/amd64+x a"], [0: "x"]),
    (["linux/amd64+x a", "linux/amd64+y b"], [0: "x", 1: "not a"]),
    (["windows/amd64:10.0.17763.1 a", "windows/amd64:10.0.20348.1 b", "windows/amd64+win32k c"], [:]),
    (["windows/amd64:10.0.17763.1 a", "windows/amd64:10.0.17763.2 b"], [0: "not b"]),
  ]

  @Test(arguments: lists)
  func onlyEntriesThatEnginesDoNotTakeHaveAProblem(entries: [String], problems: [Int: String]) throws {
    let entries = try entries.map(Self.entry)
    let found = PlatformContest(entries, Array(entries.indices), of: .ociIndex).problems.mapValues { problem in
      switch problem {
      case .samePlatform(let digest): "not \(Self.names.first { Self.digest($0) == digest } ?? "?")"
      case .twice: "twice"
      case .osFeatures(let features): features.joined()
      default: "?"
      }
    }
    #expect(found == problems)
  }

  @Test func anEntryWithAProblemOfItsOwnIsNotTaken() throws {
    let entries = try ["linux/amd64 a", "linux/amd64 b"].map(Self.entry)
    #expect(PlatformContest(entries, [1], of: .ociIndex).problems.isEmpty)
  }

  private static let names = ["a", "b", "c", "d"]

  private static func digest(_ name: String) -> Digest? { try? Digest(of: Array(name.utf8)) }

  private static func entry(_ text: String) throws -> InspectedEntry {
    let words = text.split(separator: " ").map(String.init)
    let parts = words[0].split(separator: "+").map(String.init)
    var platform: Platform?
    if parts[0] == "unknown/unknown" {
      platform = Platform(os: "unknown", architecture: "unknown")
    } else if parts[0] != "-" {
      platform = try Platform(parsingWithVersion: parts[0])
      platform?.osFeatures = parts.count > 1 ? [parts[1]] : nil
    }
    let digest = try #require(Self.digest(words[1]))
    return InspectedEntry(Descriptor(mediaType: .ociManifest, size: 1, digest: digest, platform: platform))
  }
}
