import Testing

@testable import OCI

@Suite struct PlatformPositionsTests {
  static let written: [(platform: String, positions: [Int])] = [
    ("windows/amd64", [0, 1, 2]), ("windows/amd64:10.0.20348", [0]), ("windows/amd64:10.0.20348.2113", [1]),
    ("windows/amd64:10.0.17763", [2]), ("windows/amd64:10.0.2034", []), ("linux/x86_64", [4]),
  ]

  /// Whoever writes a version in full means that one, and otherwise the build.
  @Test(arguments: written)
  func meansWhatAPersonWouldMean(platform: String, positions: [Int]) throws {
    let list = [
      "windows/amd64:10.0.20348", "windows/amd64:10.0.20348.2113", "windows/amd64:10.0.17763.1", nil, "linux/amd64",
    ]
    let platforms = try list.map { try $0.map(Platform.init(parsingWithVersion:)) }
    #expect(try Platform(parsingWithVersion: platform).positions(in: platforms) == positions)
  }
}
