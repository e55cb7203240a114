import ManifestLists
import OCI
import Testing
import Transfer

@testable import docker_manifestx

@Suite struct TransferProgressTests {
  private func blob(_ size: Int64) throws -> Descriptor {
    Descriptor(mediaType: .ociConfig, size: size, digest: try Digest(of: Array("\(size)".utf8)))
  }

  private func repository(_ path: String = "a") throws -> Store {
    .repository(try Reference(parsing: "r.example/\(path):v1").repository)
  }

  @Test func oneLineForEachBlobInTransitAndOneForAll() throws {
    var progress = TransferProgress()
    let (large, small, other) = (try blob(100_000_000), try blob(5_000_000), try blob(300))
    let target = try repository()
    #expect(progress.lines(width: 100, height: 9, .zero) == [])
    _ = progress.note(.planned([large, small, other]), to: target, .zero)
    _ = progress.note(.finished(other, .present), to: target, .zero)
    for second in 0...9 {
      _ = progress.note(.moved(large, bytes: 2_000_000), to: target, .seconds(second))
    }
    _ = progress.note(.moved(small, bytes: 100), to: target, .seconds(9))
    #expect(
      progress.lines(width: 100, height: 9, .seconds(9)) == [
        "\(large.digest.short)   20MB of 100MB   2MB/s   40 s left",
        "\(small.digest.short)   100B of 5MB",
        "Copying to r.example/a: 1 of 3 blobs, 20MB of 105MB, 2MB/s, 43 s left",
      ]
    )
  }

  @Test(arguments: [
    (width: 60, last: "Copying: 0 of 1 blobs, 1kB of 5MB, 1kB/s, 1 h 23 min left"), (20, "Copying: 0 of 1 blob"),
    (1, "C"),
  ])
  func linesAreCut(width: Int, last: String) throws {
    var progress = TransferProgress()
    let (blob, target) = (try blob(5_000_000), try repository("a-name-that-does-not-fit"))
    _ = progress.note(.planned([blob]), to: target, .zero)
    _ = progress.note(.moved(blob, bytes: 0), to: target, .zero)
    _ = progress.note(.moved(blob, bytes: 1000), to: target, .seconds(1))
    let lines = progress.lines(width: width, height: 9, .seconds(1))
    #expect(lines.count == 2)
    #expect(lines.allSatisfy { $0.count <= width })
    #expect(lines.last == last)
  }

  @Test func notMoreLinesThanTheTerminalHas() throws {
    var progress = TransferProgress()
    let target = try repository()
    let blobs = try (1...9).map { try blob($0) }
    _ = progress.note(.planned(blobs), to: target, .zero)
    for blob in blobs { _ = progress.note(.moved(blob, bytes: 1), to: target, .zero) }
    for (height, count) in [(20, 10), (10, 10), (5, 5), (1, 1), (0, 1)] {
      let lines = progress.lines(width: 79, height: height, .zero)
      #expect(lines.count == count)
      #expect(lines.last?.hasPrefix("Copying to r.example/a") == true)
    }
  }

  /// A server can state any size, and a transfer that is repeated reads bytes again.
  @Test func sizesThatCannotBeAddedUp() throws {
    var progress = TransferProgress()
    let (huge, target) = (try blob(.max), try repository())
    _ = progress.note(.planned([huge, huge, huge]), to: target, .zero)
    _ = progress.note(.moved(huge, bytes: 1), to: target, .zero)
    #expect(progress.status(.seconds(1)).hasSuffix("0 of 3 blobs, 1B of 27.7EB, 1B/s"))
    let small = try blob(3)
    _ = progress.note(.planned([small]), to: target, .zero)
    for _ in 0..<9 { _ = progress.note(.moved(small, bytes: 2), to: target, .zero) }
    #expect(progress.lines(width: 79, height: 9, .seconds(1))[1].hasPrefix("\(small.digest.short)   3B of 3B"))
  }

  static let ends: [(outcomes: [BlobOutcome], text: String)] = [
    ([.copied], "Copied 1 blob (1kB) to r.example/a in 2.1 s"),
    (
      [.copied, .copied, .present, .mounted, .present],
      "Copied 2 blobs (2kB) to r.example/a in 2.1 s; 1 was mounted; 2 were there already"
    ),
    ([.mounted, .mounted], "Mounted 2 blobs (2kB) in r.example/a in 2.1 s"),
    ([.mounted, .present], "Mounted 1 blob (1kB) in r.example/a in 2.1 s; 1 was there already"),
    ([.present], "Copied 0 blobs (0B) to r.example/a in 2.1 s; 1 was there already"),
  ]

  @Test(arguments: ends)
  func theEndSaysWhatBecameOfTheBlobs(outcomes: [BlobOutcome], text: String) throws {
    var progress = TransferProgress()
    let (blob, target) = (try blob(1000), try repository())
    _ = progress.note(.planned(outcomes.map { _ in blob }), to: target, .seconds(1))
    for outcome in outcomes { #expect(progress.note(.finished(blob, outcome), to: target, .seconds(2)) == nil) }
    let copy = progress.note(.completed, to: target, .milliseconds(3100))
    #expect(copy?.summary(target, .milliseconds(3100)) == text)
    #expect(progress.lines(width: 79, height: 9, .seconds(4)) == [])
  }

  @Test func copiesToOneRepositoryAreOne() throws {
    var progress = TransferProgress()
    let (blob, target, other) = (try blob(1000), try repository(), try repository("b"))
    for repository in [target, target, other] { _ = progress.note(.planned([blob]), to: repository, .zero) }
    #expect(progress.status(.zero) == "Copying to 2 places: 0 of 3 blobs, 0B of 3kB")
    for repository in [target, target, other] { _ = progress.note(.finished(blob, .copied), to: repository, .zero) }
    #expect(progress.note(.completed, to: target, .zero) == nil)
    #expect(progress.status(.zero) == "Copying to 2 places: 3 of 3 blobs, 3kB of 3kB")
    // A blob that the target did not have after all.
    _ = progress.note(.moved(blob, bytes: 1), to: target, .zero)
    #expect(progress.inTransit.map(\.place.target) == [target])
    #expect(progress.note(.completed, to: target, .zero)?.finishedBlobs == 2)
    #expect(progress.inTransit.isEmpty)
    #expect(progress.note(.completed, to: other, .zero)?.finishedBlobs == 1)
  }

  @Test func theSpeedIsThatOfTheLastSeconds() {
    var speed = Speed(.zero)
    for second in 1...10 { speed.add(1_000_000, .seconds(second)) }
    for second in 11...20 { speed.add(3_000_000, .seconds(second)) }
    #expect(speed.words(left: 30_000_000, .seconds(20)) == ["3MB/s", "10 s left"])
    // Then nothing moves.
    #expect(speed.words(left: 30_000_000, .seconds(35)) == ["750kB/s", "40 s left"])
  }

  static let times: [(Duration, hasTenths: Bool, String)] = [
    (.zero, true, "0.0 s"), (.milliseconds(2140), true, "2.1 s"), (.milliseconds(9940), true, "9.9 s"),
    (.milliseconds(9960), true, "10 s"), (.seconds(2), false, "2 s"), (.milliseconds(59_600), false, "1 min 0 s"),
    (.seconds(125), false, "2 min 5 s"), (.seconds(3725), true, "1 h 2 min"),
  ]

  @Test(arguments: times)
  func timesInWords(duration: Duration, hasTenths: Bool, text: String) {
    #expect("\(TimeText(duration, hasTenths: hasTenths))" == text)
  }
}
