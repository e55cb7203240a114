import OCI
import Testing

@testable import ManifestLists

@Suite struct KeptTagTests {
  private let registry = ScriptedRegistry()
  private let events = EventLog()

  static let tags: [(template: String, platform: String, tag: String)] = [
    ("{tag}-{arch}", "linux/arm64", "v1-arm64"),
    ("{arch}", "linux/arm/v7", "arm"),
    ("{tag}-{os}-{arch}-{variant}", "linux/arm/v7", "v1-linux-arm-v7"),
    ("{tag}-{arch}-{variant}", "linux/amd64", "v1-amd64"),
    ("{arch}{variant}_{tag}", "linux/arm/v6", "armv6_v1"),
    ("{arch}{variant}_{tag}", "windows/amd64", "amd64_v1"),
    ("kept", "linux/amd64", "kept"),
  ]

  @Test(arguments: tags)
  func makesTags(template: String, platform: String, tag: String) throws {
    let template = try TagTemplate(parsing: template, list: Tag(parsing: "v1"))
    #expect(try template.tag(for: Platform(parsing: platform)).text == tag)
  }

  static let refused: [(template: String, problem: String)] = [
    ("{tag}-{architecture}", "{architecture} is not known"),
    ("{tag", "a brace has no counterpart"),
    ("tag}-{arch}", "a brace has no counterpart"),
    ("", "the tag is empty"),
    ("{tag}/{arch}", "\u{201C}v1/arm\u{201D} cannot be a tag"),
    ("{variant}-{arch}", "\u{201C}-arm\u{201D} cannot be a tag"),
    ("{tag}-{arch}" + String(repeating: "x", count: 128), "cannot be a tag"),
  ]

  @Test(arguments: refused)
  func refuses(template: String, problem: String) {
    let error = #expect(throws: TagTemplateError.self) { try TagTemplate(parsing: template, list: Tag(parsing: "v1")) }
    #expect(error?.description.hasPrefix("\u{201C}\(template)\u{201D} is not a template for tags: ") == true)
    #expect(error?.description.contains(problem) == true)
  }

  /// - Parameter images: A tag of a, and its architecture.
  @discardableResult
  private func publish(
    _ template: String,
    _ images: [(tag: String, architecture: String)],
    as names: [String] = ["a:v1"],
    isDryRun: Bool = false
  ) async throws -> AssembledList {
    for image in images {
      let config = #"{"os":"linux","architecture":"\#(image.architecture)","x":"\#(image.tag)"}"#
      let manifest = try registry.add("a:\(image.tag)", config: config)
      let text = String(decoding: manifest.bytes, as: UTF8.self)
      try registry.add("a@\(manifest.digest)", text, manifest.mediaType)
    }
    let references = try names.map { try Reference(parsing: "r.example/\($0)") }
    references.forEach { registry.leaveOut($0.tag?.text ?? "") }
    let sources = try images.map { Source($0.tag, try Reference(parsing: "r.example/a:\($0.tag)"), reading: .tag) }
    var request = try PublishRequest(names: references.map { .registry($0) }, sources: sources)
    request.platformFrom = .config
    request.keptTags = try TagTemplate(parsing: template, list: request.names[0].tag)
    request.isDryRun = isDryRun
    for image in images {
      let tag = try request.keptTags?.tag(for: Platform(os: "linux", architecture: image.architecture))
      registry.leaveOut(tag?.text ?? "")
    }
    return try await Publisher(registries: registry.registries, onEvent: events.sink).publish(request)
  }

  @Test func imagesAreTaggedBeforeTheListIsPut() async throws {
    let list = try await publish("{tag}-{arch}", [("x", "arm64"), ("v1-amd64", "amd64")])
    #expect(registry.puts == ["PUT a/manifests/v1-arm64", "PUT a/manifests/v1"])
    let manifest = registry.transport.requests.first { $0.method == .put }?.body.bytes ?? []
    #expect(try Digest(of: manifest) == list.entries[0].descriptor.digest)
    let image = ["tagging", "tagged"].map { "\($0) r.example/a:v1-arm64" }
    #expect(events.all.suffix(5) == image + ["putting", "accepted", "put"].map { "\($0) r.example/a:v1" })
  }

  /// Tags that the images have from an earlier publish move with the list, without a word.
  @Test(arguments: [false, true]) func aTagOfAnotherImageIsAWarning(isInList: Bool) async throws {
    let old = try registry.add("a:v1-arm64", config: "{}")
    let entry = Descriptor(mediaType: old.mediaType, size: 1, digest: old.digest)
    let index = Index(mediaType: .ociIndex, manifests: isInList ? [entry] : [])
    try registry.add("a:v1", String(decoding: index.encoded(), as: UTF8.self), .ociIndex)
    try await publish("{tag}-{arch}", [("x", "arm64")])
    let warnings = events.all.filter { $0.hasPrefix("warning: r.example/a:v1-arm64 ") }
    #expect(warnings == (isInList ? [] : ["warning: r.example/a:v1-arm64 was \(old.digest)"]))
    #expect(registry.puts == ["PUT a/manifests/v1-arm64", "PUT a/manifests/v1"])
  }

  @Test func aListDoesNotLoseItsTagToAnImage() async throws {
    let index = Index(mediaType: .ociIndex, manifests: [])
    try registry.add("a:stable", String(decoding: index.encoded(), as: UTF8.self), .ociIndex)
    let error = await #expect(throws: PublishError.self) { try await publish("stable", [("x", "arm64")]) }
    #expect(error?.description == "r.example/a:x would be tagged r.example/a:stable, which is a multi-platform image")
    #expect(registry.puts.isEmpty)
  }

  @Test func whereAnImageCannotBeTaggedTheListIsNotPut() async throws {
    registry.answer("PUT a/manifests/v1-arm64", .status(400))
    registry.leaveOut("v1-arm64")
    await #expect(throws: (any Error).self) { try await publish("{tag}-{arch}", [("x", "arm64"), ("y", "amd64")]) }
    #expect(!registry.puts.contains("PUT a/manifests/v1"))
  }

  @Test func aDryRunNamesTheTags() async throws {
    let list = try await publish("{tag}-{arch}", [("x", "arm64"), ("y", "amd64")], isDryRun: true)
    #expect(list.keptTags.map(\.name.description) == ["r.example/a:v1-arm64", "r.example/a:v1-amd64"])
    #expect(registry.puts.isEmpty)
  }

  /// `published` says for which images there is a list, with the digest of its own tag for each.
  static let patterns: [(template: String, tags: [String], published: [String], images: [String]?)] = [
    // The second run, with the same image and with a new one.
    ("{tag}-{os}-{arch}", ["v1-arm64=a", "v1-linux-arm64=a"], [], ["v1-arm64"]),
    ("{tag}-{os}-{arch}", ["v1-arm64=b", "v1-linux-arm64=a", "v1-amd64=c"], ["a"], ["v1-amd64", "v1-arm64"]),
    // Its own tag.
    ("{tag}-{arch}", ["v1-arm64=a", "v1-amd64=c"], ["a", "c"], ["v1-amd64", "v1-arm64"]),
    ("{tag}-{arch}", ["v1-arm64-1=b", "v1-arm64=a", "v1-amd64=c"], ["a"], ["v1-amd64", "v1-arm64-1"]),
    // No run has made it.
    ("{tag}-{arch}", ["v1-arm64-1=b", "v1-arm64=a"], [], nil),
    ("{tag}-{os}", ["v1-arm64-1=b", "v1-arm64=a"], ["a"], nil),
  ]

  @Test(arguments: patterns)
  func tagsOfAnEarlierRunAreNoImagesOfThePattern(
    template: String,
    tags: [String],
    published: [String],
    images: [String]?
  ) async throws {
    var digests: [String: Descriptor] = [:]
    for image in tags.map({ $0.split(separator: "=").map(String.init) }) {
      let architecture = image[0].contains("arm64") ? "arm64" : "amd64"
      let config = #"{"os":"linux","architecture":"\#(architecture)","x":"\#(image[1])"}"#
      let manifest = try registry.add("a:\(image[0])", config: config)
      try registry.add("a@\(manifest.digest)", String(decoding: manifest.bytes, as: UTF8.self), manifest.mediaType)
      digests[image[1]] = manifest.descriptor()
    }
    let names = tags.map { "\"\($0.prefix { $0 != "=" })\"" }.joined(separator: ",")
    registry.answer("GET a/tags/list?n=1000", .status(200, body: #"{"name":"a","tags":[\#(names)]}"#))
    let list = Index(mediaType: .ociIndex, manifests: published.compactMap { digests[$0] })
    try registry.add("a:v1", String(decoding: list.encoded(), as: UTF8.self), .ociIndex)
    let others = ["v1-linux-amd64", "v1-linux-arm64", "v1-amd64", "v1-arm64", "v1-linux"]
    others.filter { !names.contains("\"\($0)\"") }.forEach(registry.leaveOut)
    let repository = try Reference(parsing: "r.example/a").repository
    var request = try PublishRequest(repository: repository, tags: [Tag(parsing: "v1")], sources: [])
    request.patterns = [SourcePattern(try #require(try TagPattern(parsing: "v1-*", in: repository)), position: 0)]
    request.keptTags = try TagTemplate(parsing: template, list: request.names[0].tag)
    let publisher = Publisher(registries: registry.registries, onEvent: events.sink)
    guard let images else {
      let error = await #expect(throws: PublishError.self) { try await publisher.publish(request) }
      #expect(error?.description.hasSuffix(" are both for linux/arm64") == true)
      return
    }
    #expect(try await publisher.publish(request).entries.compactMap(\.place.tag?.text) == images)
    let notes = events.all.filter { $0.hasPrefix("note: keptTagsLeftOut") }
    #expect(notes.count == (tags.count == images.count ? 0 : 1))
  }

  static let taken: [(template: String, images: [String], names: [String], error: String)] = [
    ("{tag}", ["x"], ["a:v1"], "r.example/a:x would be tagged r.example/a:v1, which is a name of the list"),
    (
      "{arch}", ["x"], ["a:v1", "a:arm64"],
      "r.example/a:x would be tagged r.example/a:arm64, which is a name of the list"
    ),
    (
      "{tag}-{arch}", ["x", "v1-arm64"], ["a:v1"],
      "r.example/a:x would be tagged r.example/a:v1-arm64, which is another one of the images"
    ),
    ("{tag}-{os}", ["x", "y"], ["a:v1"], "r.example/a:x and r.example/a:y would both be tagged v1-linux"),
  ]

  @Test(arguments: taken)
  func aTagThatIsTakenIsRefused(template: String, images: [String], names: [String], error: String) async throws {
    let thrown = await #expect(throws: PublishError.self) {
      try await publish(template, Array(zip(images, ["arm64", "amd64"])), as: names)
    }
    #expect(thrown?.description == error)
    #expect(registry.puts.isEmpty)
  }
}
