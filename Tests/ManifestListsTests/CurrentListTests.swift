import OCI
import Testing

@testable import ManifestLists

/// What becomes of attestations when the images of a list change.
@Suite struct CurrentListTests {
  /// Images as `PLATFORM=CONTENT`, and attestations as `of=CONTENT` of the image.
  static let added: [(list: [String], new: [String], result: [String])] = [
    // They go and come with their image.
    (["arm64=a", "of=a", "amd64=b"], ["arm64=c", "of=c"], ["arm64=c", "of=c", "amd64=b"]),
    (["arm64=a", "of=a"], ["amd64=b", "of=b"], ["arm64=a", "of=a", "amd64=b", "of=b"]),
    (["arm64=a", "of=a", "amd64=b"], ["arm64=c"], ["arm64=c", "amd64=b"]),
    // The image is in the list for another platform, too.
    (["arm/v6=a", "of=a", "arm/v7=a"], ["arm/v6=c"], ["arm/v6=c", "of=a", "arm/v7=a"]),
    (["arm/v6=a", "of=a", "arm/v7=a"], ["arm/v6=c", "arm/v7=c"], ["arm/v6=c", "arm/v7=c"]),
    // What is there already stays, and is not added again.
    (["arm64=a", "of=a"], ["arm64/v8=a", "of=a"], ["arm64=a", "of=a"]),
    (["arm64=a"], ["arm64=a", "of=a"], ["arm64=a", "of=a"]),
    (["arm64=a", "of=a"], ["arm64=a"], ["arm64=a", "of=a"]),
    // Those that come with it take the place of those that it had.
    (["arm64=a", "of=a"], ["arm64=a", "of2=a"], ["arm64=a", "of2=a"]),
    (["arm64=a", "of=a", "of2=a"], ["arm64=a", "of2=a", "of3=a"], ["arm64=a", "of3=a", "of2=a"]),
    (["arm/v6=a", "of=a", "arm/v7=a", "of=b"], ["arm/v7=a", "of2=a"], ["arm/v6=a", "of2=a", "arm/v7=a", "of=b"]),
  ]

  @Test(arguments: added) func add(list: [String], new: [String], result: [String]) throws {
    #expect(try names(of: Self.entries(list).adding(Self.entries(new))) == result)
  }

  /// As many as a list can have, and as one source can have. A debug build takes 1 s; comparing each with each took 40.
  @Test func manyImagesAreAddedInALinearTime() throws {
    let list = try Self.entries((0..<7000).map { "x\($0)=\($0)" })
    let new = try Self.entries((6500..<7500).map { "x\($0)=new\($0)" })
    let time = ContinuousClock().measure { #expect(list.adding(new).count == 7500) }
    #expect(time < .seconds(5))
  }

  static let removed: [(list: [String], positions: Set<Int>, result: [String])] = [
    (["arm64=a", "of=a", "amd64=b", "of=b"], [0], ["amd64=b", "of=b"]),
    (["arm64=a", "of=a", "amd64=b", "of=b"], [0, 2], []),
    (["arm/v6=a", "of=a", "arm/v7=a"], [0], ["of=a", "arm/v7=a"]),
    (["arm/v6=a", "of=a", "arm/v7=a"], [0, 2], []),
    (["arm64=a", "of=none", "amd64=b"], [0], ["of=none", "amd64=b"]),
  ]

  @Test(arguments: removed) func remove(list: [String], positions: Set<Int>, result: [String]) throws {
    #expect(try names(of: Self.entries(list).removing(at: positions)) == result)
  }

  private static let none = Platform(os: "unknown", architecture: "unknown")

  private func names(of entries: [ListEntry]) -> [String] { entries.map(\.source.text) }

  private static func entries(_ names: [String]) throws -> [ListEntry] {
    try names.map { name in
      let parts = name.split(separator: "=").map(String.init)
      let image = try Digest(of: Array(parts[1].utf8))
      let reference = try Reference(parsing: "r.example/a@\(image)")
      let isImage = !parts[0].hasPrefix("of")
      let platform = try isImage ? Platform(parsing: "linux/\(parts[0])") : Self.none
      let digest = isImage ? image : try Digest(of: Array(name.utf8))
      var descriptor = Descriptor(mediaType: .ociManifest, size: 1, digest: digest, platform: platform)
      if !isImage {
        descriptor.annotations["vnd.docker.reference.type"] = "attestation-manifest"
        descriptor.annotations["vnd.docker.reference.digest"] = "\(image)"
      }
      return ListEntry(
        source: Source(name, reference),
        place: .registry(reference),
        descriptor: descriptor,
        origin: .index
      )
    }
  }
}
