import ManifestLists
import OCI
import Testing

@testable import docker_manifestx

@Suite struct PublishArgumentsTests {
  @Test func readsListAndImages() throws {
    let request = try request(list: "r.example/a:v1", images: ["v1-arm64", "r.example/a:v1-amd64"])
    #expect(request.names.map(\.description) == ["r.example/a:v1"])
    #expect(request.sources.map(\.place.description) == ["r.example/a:v1-arm64", "r.example/a:v1-amd64"])
    #expect(request.sources.allSatisfy { $0.platform == nil })
    #expect(request.platformFrom == .check)
    #expect(request.form == .automatic)
    #expect(!request.isDryRun)
  }

  @Test func theListsOwnTagIsFirstAndDuplicatesAreDropped() throws {
    let request = try request(list: "r.example/a", images: ["x"], tags: ["v1", "latest", "v1", "v1.2"])
    #expect(request.tags.map(\.text) == ["latest", "v1", "v1.2"])
    #expect(request.names.map(\.description) == ["r.example/a:latest", "r.example/a:v1", "r.example/a:v1.2"])
  }

  /// An image may be named in another way than among the images.
  @Test func platformsBelongToTheirImage() throws {
    let request = try request(
      list: "r.example/a:v1",
      images: ["one", ":two", "r.example/a:three"],
      platforms: [":one=linux/arm/v6", "two=aarch64", "three=windows/amd64", ":three=windows/amd64"]
    )
    let platforms = request.sources.map { $0.platform?.description }
    #expect(platforms == ["linux/arm/v6", "linux/arm64", "windows/amd64"])
  }

  @Test func patternsKeepTheirPlaceAmongTheImages() throws {
    let request = try request(list: "r.example/a:v1", images: ["v1-*", "one", ":v2-?", "s.example/b:*", "two"])
    #expect(request.sources.map(\.description) == ["r.example/a:one", "r.example/a:two"])
    #expect(request.patterns.map(\.position) == [0, 1, 1])
    let patterns = request.patterns.map(\.tags.description)
    #expect(patterns == ["r.example/a:v1-*", "r.example/a:v2-?", "s.example/b:*"])
  }

  @Test func aPlatformCanHaveAVersionOfWindows() throws {
    let request = try request(
      list: "r.example/a:v1",
      images: ["one"],
      platforms: ["one=windows/amd64:10.0.20348.2113", ":one=windows/amd64:10.0.20348.2113"]
    )
    #expect(request.sources.map { $0.platform?.osVersion } == ["10.0.20348.2113"])
    let error = #expect(throws: PublishArgumentError.self) {
      let platforms = ["one=windows/amd64:10.0.20348", "one=windows/amd64"]
      return try self.request(list: "r.example/a:v1", images: ["one"], platforms: platforms)
    }
    #expect(error?.description == "--platform gives one two platforms: windows/amd64:10.0.20348 and windows/amd64")
  }

  static let refused: [(platform: String, error: PublishArgumentError)] = [
    ("linux/arm64", .noImage(platform: "linux/arm64")),
    ("arm64", .noImage(platform: "arm64")),
    ("one", .noPlatform(image: "one")),
    ("bad-amd64", .noPlatform(image: "bad-amd64")),
    ("r.example/a:one", .noPlatform(image: "r.example/a:one")),
    ("one*=linux/arm64", .platformOfPattern("one*=linux/arm64")),
    ("three=linux/arm64", .unknownImage("three", platform: "three=linux/arm64")),
  ]

  @Test func refusesTwoPlatformsOfOneImage() {
    #expect(throws: PublishArgumentError.self) {
      try request(list: "r.example/a:v1", images: ["one"], platforms: ["one=linux/arm64", ":one=linux/amd64"])
    }
  }

  @Test func twoSpellingsOfOnePlatformAreNoContradiction() throws {
    let platforms = ["one=linux/arm64/v8", ":one=aarch64"]
    let request = try request(list: "r.example/a:v1", images: ["one"], platforms: platforms)
    #expect(request.sources.map { $0.platform?.normalized.description } == ["linux/arm64"])
  }

  /// The image would lose its name to the list.
  @Test(arguments: [["v1", "v1-amd64"], ["v1-arm64", ":v1"], ["v1-arm64", "r.example/a:stable"]])
  func refusesAListWithTheNameOfAnImage(images: [String]) throws {
    let error = #expect(throws: PublishError.self) {
      try request(list: "r.example/a:v1", images: images, tags: ["stable"])
    }
    guard case .listIsImage? = error else {
      Issue.record("not listIsImage: \(error.map { "\($0)" } ?? "-")")
      return
    }
  }

  private static let hub = "oci:/x:docker.io/library/app:v1"
  static let layouts: [(list: String, image: String, isRefused: Bool)] = [
    ("oci:/x:v1", "oci-layout:///x", true), ("oci:/x:v1", "oci:/y", false), ("oci:/x:v1", "oci:/x:v2", false),
    ("oci-archive:/x.tar:v1", "/x.tar", true), ("oci-archive:/x.tar", "oci-archive:/./x.tar", true),
    ("oci:/x:v1", "oci:/x@\(SourceParsingTests.hash)", false),
    (hub, "oci:/x:v1", true), (hub, "oci:/x:app:v1", true), (hub, "oci:/x:app:v2", false), (hub, "oci:/x:v2", false),
    (hub, "oci:/x:r.example/app:v1", false), ("oci:/x:v1", hub, true), ("oci:/x:v2", hub, false),
  ]

  /// In a layout, an image can be found by other names, or by none.
  @Test(arguments: layouts)
  func refusesAListThatMayBeAnImageOfItsLayout(list: String, image: String, isRefused: Bool) throws {
    guard isRefused else {
      _ = try request(list: list, images: ["r.example/a:v1-amd64", image])
      return
    }
    let error = #expect(throws: PublishError.self) {
      try request(list: list, images: ["r.example/a:v1-amd64", image])
    }
    #expect(error.map { "\($0)" }?.hasPrefix("the image \(image) may be \(list)") == true)
    let advice = list.contains(".tar") ? "Use another file for the list" : "Name the image by its digest"
    #expect(error?.advice?.hasPrefix(advice) == true)
  }

  @Test func anImageWithADigestMayHaveTheListsTag() throws {
    _ = try request(list: "r.example/a:v1", images: [":v1@\(SourceParsingTests.hash)", "v1-amd64"])
  }

  @Test(arguments: refused)
  func refusesPlatforms(platform: String, error: PublishArgumentError) {
    #expect(throws: error) {
      try request(list: "r.example/a:v1", images: ["one"], platforms: [platform])
    }
    #expect(error.description.hasPrefix("--platform \(platform) "))
  }

  @Test(arguments: [("one=", true), ("one=linux/", true), ("one=linux", false), ("one=linux/a b", false)])
  func refusesAnInvalidPlatform(platform: String, mayBeAnEmptyVariable: Bool) {
    let error = #expect(throws: PlatformError.self) {
      try request(list: "r.example/a:v1", images: ["one"], platforms: [platform])
    }
    #expect((error?.advice?.contains("variable") == true) == mayBeAnEmptyVariable)
  }

  @Test(arguments: ["v1-arm64", "amd64", ":v1", ":v1-arm64", "@\(SourceParsingTests.hash)"])
  func anImageInThePlaceOfTheListIsRefused(list: String) {
    #expect(throws: PublishArgumentError.listLeftOut(list)) { try request(list: list, images: ["v1-amd64"]) }
    #expect(PublishArgumentError.listLeftOut(list).advice?.contains("publish HOST/REPOSITORY:TAG IMAGE...") == true)
  }

  static let mistakes: [(image: String, advice: String?)] = [
    ("v1-arm64 v1-amd64", "several names"), ("v1-arm64,v1-amd64", "several names"),
    ("r.example/a:v1-arm64\nr.example/a:v1-amd64", "several names"), (":-amd64", "variable"),
    ("docker-archive:a.tar:v1", "oci-archive:FILE"), ("oci-dir://a:v1", "oci-layout://DIRECTORY"),
    ("docker-daemon:a:v1", "publish --push"), ("containers-storage:a:v1", "publish --push"),
    ("r.example/a:", "variable"), (" v1", nil), ("v1+arm64", nil), ("", "variable"),
  ]

  @Test(arguments: mistakes)
  func mistakesInAnImageAreExplained(image: String, advice: String?) {
    let error = #expect(throws: ReferenceError.self) { try request(list: "r.example/a:v1", images: [image]) }
    if let advice { #expect(error?.advice?.contains(advice) == true) } else { #expect(error?.advice == nil) }
  }

  @Test func aListHasNoDigest() {
    let list = "r.example/a@\(SourceParsingTests.hash)"
    #expect(throws: PublishArgumentError.listHasDigest(list)) { try request(list: list, images: ["one"]) }
  }

  @Test func anInvalidNameIsRefused() {
    #expect(throws: ReferenceError.self) { try request(list: "A:v1", images: ["one"]) }
    #expect(throws: ReferenceError.self) { try request(list: "a:v1", images: ["one", "-"]) }
    #expect(throws: ReferenceError.self) { try request(list: "a:v1", images: ["one"], tags: ["b:c:d"]) }
    let digest = ":b@\(SourceParsingTests.hash)"
    #expect(throws: PublishArgumentError.listHasDigest(digest)) {
      try request(list: "a:v1", images: ["one"], tags: [digest])
    }
  }

  /// As docker/metadata-action prints its tags, and as `docker tag` takes them.
  @Test func furtherNamesAreTagsOrReferences() throws {
    let tags = ["stable", ":v1.2", "s.example/b:v1\n  r.example/a:v1 \r\n\n\tr.example/c"]
    let request = try request(list: "r.example/a:v1", images: ["one"], tags: tags)
    #expect(
      request.names.map(\.description) == [
        "r.example/a:v1", "r.example/a:stable", "r.example/a:v1.2", "s.example/b:v1", "r.example/c:latest",
      ]
    )
    #expect(request.targets.map(\.description) == ["r.example/a", "s.example/b", "r.example/c"])
  }

  private func request(
    list: String,
    images: [String],
    tags: [String] = [],
    platforms: [String] = []
  ) throws -> PublishRequest {
    try PublishArguments(list: list, images: images, tags: tags, platforms: platforms).request()
  }
}
