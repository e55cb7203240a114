import OCI
import Testing

@testable import ManifestLists

@Suite struct SourcePatternTests {
  private static let list = "GET a/tags/list?n=1000"
  private let registry = ScriptedRegistry()

  private func add(_ tags: String...) throws {
    for tag in tags {
      let architecture =
        try InferredPlatform(reading: Tag(parsing: tag), in: [Tag(parsing: "386")])?.platform.architecture ?? "mips"
      try registry.add("a:\(tag)", config: #"{"os":"linux","architecture":"\#(architecture)","x":"\#(tag)"}"#)
    }
  }

  private func answer(_ tags: String...) { answer(tags) }

  private func answer(_ tags: [String]) {
    registry.answer(
      Self.list,
      .status(200, body: #"{"name":"a","tags":[\#(tags.map { "\"\($0)\"" }.joined(separator: ","))]}"#)
    )
  }

  /// - Parameter images: Those with an asterisk are patterns.
  private func publish(_ images: String..., tags: [String] = ["v1"], isDryRun: Bool = false) async throws
    -> AssembledList
  {
    tags.forEach { registry.leaveOut($0) }
    let repository = try Reference(parsing: "r.example/a").repository
    var (sources, patterns): ([Source], [SourcePattern]) = ([], [])
    for image in images {
      if let pattern = try TagPattern(parsing: image, in: repository) {
        patterns.append(SourcePattern(pattern, position: sources.count))
      } else {
        sources.append(Source(image, Reference(repository, tag: try Tag(parsing: image))))
      }
    }
    let tags = try tags.map { try Tag(parsing: $0) }
    var request = try PublishRequest(repository: repository, tags: tags, sources: sources)
    request.patterns = patterns
    request.isDryRun = isDryRun
    return try await Publisher(registries: registry.registries).publish(request)
  }

  @Test func matchesAreInNaturalOrderInTheirPlace() async throws {
    try add("v1-10-arm64", "v1-9-amd64", "s390x", "riscv64")
    answer("v1", "v1-10-arm64", "v1-9-amd64", "v1-notes", "v2-arm64", "s390x", "riscv64", "v1-amd64-arm64")
    let list = try await publish("s390x", "v1-*", "riscv64")
    let images = ["s390x", "v1-9-amd64", "v1-10-arm64", "riscv64"]
    #expect(list.entries.map(\.description) == images.map { "r.example/a:\($0)" })
    #expect(registry.requests.filter { $0 == Self.list }.count == 1)
    #expect(registry.puts == ["PUT a/manifests/v1"])
  }

  @Test func imagesThatAreNamedTwiceAreAddedOnce() async throws {
    try add("v1-arm64", "v1-amd64")
    answer("v1-arm64", "v1-amd64")
    let list = try await publish("v1-amd64", "v1-*", "*-arm64", isDryRun: true)
    #expect(list.entries.map(\.description) == ["r.example/a:v1-amd64", "r.example/a:v1-arm64"])
    #expect(registry.requests.filter { $0 == Self.list }.count == 1)
    #expect(registry.puts.isEmpty)
  }

  /// This one names an architecture, because it is a build number.
  @Test func theNamesOfTheListAreNotAmongThem() async throws {
    try add("386-arm64", "386-amd64")
    answer("386", "386-arm64", "386-amd64")
    let list = try await publish("386*", tags: ["386"], isDryRun: true)
    #expect(list.entries.map(\.description) == ["r.example/a:386-amd64", "r.example/a:386-arm64"])
  }

  @Test func aPatternThatMatchesTooManyImagesIsRefused() async throws {
    answer((0...IndexChildren.maximumCount).map { "v1-arm64-build\($0)" })
    let error = await #expect(throws: PublishError.self) { try await publish("v1-*") }
    #expect(
      error?.description == "more than 1000 tags match r.example/a:v1-* and name an architecture"
    )
    #expect(registry.requests.allSatisfy { $0 == Self.list || $0.hasPrefix("HEAD") })
  }

  @Test func twoMatchesForOnePlatformAreRefused() async throws {
    try add("v1-arm64-1", "v1-aarch64-2", "v1-amd64-1")
    answer("v1-arm64-1", "v1-aarch64-2", "v1-amd64-1")
    let error = await #expect(throws: PublishError.self) { try await publish("v1-*") }
    #expect(error?.description == "r.example/a:v1-aarch64-2 and r.example/a:v1-arm64-1 are both for linux/arm64")
    #expect(registry.puts.isEmpty)
  }

  @Test func everyPatternThatMatchesNothingIsNamed() async throws {
    answer("v1", "v1-arm64", "v1-amd64", "v2-notes", "v2-x")
    let error = await #expect(throws: PublishError.self) { try await publish("v3-*", "v2-*") }
    guard case .several(let errors)? = error, errors.count == 2,
      case PublishError.noMatch(_, others: [], let nearest) = errors[0],
      case PublishError.noMatch(_, let others, _) = errors[1]
    else {
      Issue.record("\(error.map { "\($0)" } ?? "-")")
      return
    }
    // Tags that name an architecture, as those do that a pattern stands for.
    #expect(nearest.map(\.text) == ["v1-amd64", "v1-arm64"])
    #expect(others.map(\.text) == ["v2-notes", "v2-x"])
    #expect(
      errors.map { "\($0)" } == [
        "no tag matches r.example/a:v3-*", "no tag that matches r.example/a:v2-* names an architecture",
      ]
    )
    #expect(registry.puts.isEmpty)
  }
}
