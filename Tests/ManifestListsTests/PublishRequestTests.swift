import ManifestLists
import OCI
import Testing

@Suite struct PublishRequestTests {
  private let repository: Repository

  init() throws { repository = try Reference(parsing: "r.example/a").repository }

  @Test func eachTagIsANameOnce() throws {
    let tags = try ["v1", "stable", "v1"].map { try Tag(parsing: $0) }
    let request = try PublishRequest(repository: repository, tags: tags, sources: [])
    #expect(request.names.map(\.description) == ["r.example/a:v1", "r.example/a:stable"])
    #expect(request.platformFrom == .check)
    #expect(request.form == .automatic)
    #expect(!request.isDryRun)
  }

  @Test func allImagesThatWouldLoseTheirNamesAreTold() throws {
    let sources = try ["v1", "v2", "latest"].map { Source($0, try Reference(parsing: "r.example/a:\($0)")) }
    let error = #expect(throws: PublishError.self) {
      try PublishRequest(repository: repository, tags: [Tag(parsing: "v1"), .latest], sources: sources)
    }
    guard case .several(let errors)? = error else {
      Issue.record("not several: \(error.map { "\($0)" } ?? "-")")
      return
    }
    let names = errors.map { if case PublishError.listIsImage(_, let name) = $0 { "\(name)" } else { "-" } }
    #expect(names == ["r.example/a:v1", "r.example/a:latest"])
  }

  static let names: [(image: String, isRefused: Bool)] = [
    ("r.example/a:v1", true),
    ("r.example/a:v2", false),
    ("r.example/b:v1", false),
    ("r.example/a:v1@sha256:" + String(repeating: "0", count: 64), false),
  ]

  /// The image would lose its name to the list.
  @Test(arguments: names)
  func refusesTheNameOfAnImage(image: String, isRefused: Bool) throws {
    let source = Source(image, try Reference(parsing: image))
    let tags = [Tag.latest, try Tag(parsing: "v1")]
    if isRefused {
      let error = #expect(throws: PublishError.self) {
        try PublishRequest(repository: repository, tags: tags, sources: [source])
      }
      guard case .listIsImage(source, _)? = error else {
        Issue.record("not listIsImage: \(error.map { "\($0)" } ?? "-")")
        return
      }
    } else {
      #expect(throws: Never.self) { try PublishRequest(repository: repository, tags: tags, sources: [source]) }
    }
  }
}
