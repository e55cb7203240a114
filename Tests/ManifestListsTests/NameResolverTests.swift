import HTTP
import OCI
import OCIRegistry
import TestSupport
import Testing

@testable import ManifestLists

@Suite struct NameResolverTests {
  private static let machine = PullTarget(machine: Platform(os: "linux", architecture: "amd64"))
  private let registry = ScriptedRegistry()

  /// - Parameter platforms: Of the entries; nil for one without a platform.
  private func addList(_ name: String, _ platforms: [String?], answersHead: Bool = true) throws -> RawManifest {
    let entries = try platforms.map { name in
      let parts = (name ?? "linux/amd64").split(separator: "/")
      let config = #"{"os":"\#(parts[0])","architecture":"\#(parts[1])"}"#
      let image = try registry.add("a:image", config: config)
      try registry.add("a@\(image.digest)", String(decoding: image.bytes, as: UTF8.self), image.mediaType)
      var entry = image.descriptor()
      if name != nil { entry.platform = Platform(os: String(parts[0]), architecture: String(parts[1])) }
      return entry
    }
    return try add(name, Index(mediaType: .ociIndex, manifests: entries), answersHead: answersHead)
  }

  private func add(_ name: String, _ index: Index, answersHead: Bool = true) throws -> RawManifest {
    let text = String(decoding: index.encoded(), as: UTF8.self)
    let list = try registry.add(name, text, .ociIndex)
    try registry.add("a@\(list.digest)", text, .ociIndex)
    if answersHead { answerHead(name, list) }
    return list
  }

  private func answerHead(_ name: String, _ manifest: RawManifest) {
    let fields: HTTPFields = [
      "Content-Type": "\(manifest.mediaType)", "Docker-Content-Digest": "\(manifest.digest)",
      "Content-Length": "\(manifest.bytes.count)",
    ]
    registry.answer("HEAD \(name.replacing(":", with: "/manifests/"))", .status(200, fields))
  }

  private func resolve(
    _ name: String,
    _ puller: ImagePuller = .containerd,
    for platform: String? = nil,
    readsImage: Bool = true
  ) async throws -> ResolvedName {
    let requested = try platform.map { try Platform(parsing: $0) }
    let target = PullTarget(machine: Self.machine.machine, requested: requested)
    let options = ResolveOptions(puller: puller, target: target, readsImage: readsImage)
    return try await NameResolver(registries: registry.registries, options).resolve(Place(parsing: "r.example/\(name)"))
  }

  @Test func aListTakesThreeRequests() async throws {
    let list = try addList("a:v1", ["linux/arm64", "linux/amd64"])
    let resolved = try await resolve("a:v1")
    let image = try #require(resolved.choice?.entry)
    #expect(image.platform == Platform(os: "linux", architecture: "amd64"))
    #expect(resolved.imageName == "r.example/a@\(image.digest)")
    #expect(
      registry.requests == ["HEAD a/manifests/v1", "GET a/manifests/\(list.digest)", "GET a/manifests/\(image.digest)"]
    )
    #expect(resolved.steps.map(\.words) == ["head 1", "get list", "choice", "get image"])
    #expect(resolved.choice?.others.map(\.description) == ["linux/arm64"])
  }

  /// A HEAD that tells nothing is followed by a GET, which has the list already.
  @Test func whatAGetHasToldIsNotReadAgain() async throws {
    _ = try addList("a:v1", ["linux/amd64"], answersHead: false)
    let resolved = try await resolve("a:v1")
    #expect(registry.requests.count == 3)
    #expect(registry.requests.prefix(2) == ["HEAD a/manifests/v1", "GET a/manifests/v1"])
    #expect(resolved.steps.map(\.words) == ["get 1", "known list", "choice", "get image"])
  }

  @Test func aDigestNeedsNoHead() async throws {
    let list = try addList("a:v1", ["linux/amd64"])
    let resolved = try await resolve("a@\(list.digest)")
    #expect(registry.requests.count == 2)
    #expect(resolved.steps.map(\.words) == ["name 1", "get list", "choice", "get image"])
  }

  @Test(arguments: [(true, 2), (false, 1)])
  func aSingleImageHasNothingToChoose(readsImage: Bool, requests: Int) async throws {
    let image = try registry.add("a:v1", config: #"{"os":"linux","architecture":"arm64"}"#)
    try registry.add("a@\(image.digest)", String(decoding: image.bytes, as: UTF8.self), image.mediaType)
    answerHead("a:v1", image)
    let resolved = try await resolve("a:v1", readsImage: readsImage)
    #expect(resolved.image.digest == image.digest)
    #expect(resolved.steps.map(\.words) == (readsImage ? ["head 1", "single", "get image"] : ["head 1"]))
    #expect(registry.requests.count == requests)
  }

  @Test func onlyTheDigestIsOneRequestLess() async throws {
    _ = try addList("a:v1", ["linux/amd64"])
    let resolved = try await resolve("a:v1", readsImage: false)
    #expect(resolved.image == resolved.choice?.entry)
    #expect(registry.requests.count == 2)
  }

  /// containerd reads nothing of another type. Nothing is requested then.
  @Test(arguments: [true, false]) func anEntryOfAnotherTypeIsAnError(readsImage: Bool) async throws {
    let type = MediaType(rawValue: "application/vnd.oci.image.manifest.v9+json")
    var entry = Descriptor(mediaType: type, size: 2, digest: try Digest(of: []))
    entry.platform = try Platform(parsing: "linux/amd64")
    _ = try add("a:v1", Index(mediaType: .ociIndex, manifests: [entry]))
    let error = await #expect(throws: ResolveError.self) { try await resolve("a:v1", readsImage: readsImage) }
    #expect(
      "\(try #require(error))".contains("@\(entry.digest) cannot be read: its descriptor says mediaType “\(type)”")
    )
    #expect(registry.requests.count == 2)
  }

  @Test func anEntryWithoutAPlatformIsCheckedByItsConfig() async throws {
    _ = try addList("a:v1", [nil])
    let resolved = try await resolve("a:v1", readsImage: false)
    #expect(resolved.choice?.rule == .noPlatform)
    #expect(registry.requests.last?.hasPrefix("GET a/blobs/") == true)
    let error = await #expect(throws: ResolveError.self) { try await resolve("a:v1", for: "linux/s390x") }
    #expect(error.map { "\($0)" }?.hasSuffix("has no platform in the list, and its config is for linux/amd64") == true)
    // podman does not look.
    _ = try await resolve("a:v1", .podman, for: "linux/s390x")
  }

  @Test func aMissingPlatformNamesWhatThereIs() async throws {
    _ = try addList("a:v1", ["linux/arm64", "unknown/unknown", "linux/386", "linux/arm64"])
    let error = await #expect(throws: ResolveError.self) { try await resolve("a:v1", for: "linux/s390x") }
    let reason = "r.example/a:v1 has no image that containerd takes for linux/s390x, only for linux/arm64, linux/386"
    #expect(error.map { "\($0)" } == reason)
    await #expect(throws: PlatformError.self) { try await resolve("a:v1", for: "linux/amd65") }
    // crane does not run 386 on amd64.
    #expect(try await resolve("a:v1").choice?.rule == .compatibleArchitecture)
    await #expect(throws: ResolveError.self) { try await resolve("a:v1", .crane) }
  }

  @Test func listsInListsAreFollowedToAnEnd() async throws {
    var entry = try addList("a:inner", ["linux/amd64"]).descriptor()
    for depth in 1...4 {
      let list = try add("a:deep\(depth)", Index(mediaType: .ociIndex, manifests: [entry]))
      entry = list.descriptor()
    }
    let resolved = try await resolve("a:deep1")
    #expect(resolved.steps.map(\.words) == ["head 1", "get list", "choice", "get list", "choice", "get image"])
    let error = await #expect(throws: ResolveError.self) { try await resolve("a:deep4") }
    #expect(error.map { "\($0)" }?.contains("list of lists") == true)
  }

  @Test func anEntryOfAnotherSizeIsRefused() async throws {
    let list = try addList("a:v1", ["linux/amd64"])
    var index = try Index(decoding: list.bytes, mediaType: .ociIndex)
    index.manifests[0].size += 1
    _ = try add("a:v2", index)
    let error = await #expect(throws: ResolveError.self) { try await resolve("a:v2") }
    #expect(error.map { "\($0)" }?.contains("its descriptor says size") == true)
  }

  @Test func aMissingNameNamesNearTags() async throws {
    registry.leaveOut("v2")
    registry.answer("GET a/tags/list?n=1000", .status(200, body: #"{"name":"a","tags":["v1","other"]}"#))
    let error = await #expect(throws: InspectError.self) { try await resolve("a:v2") }
    guard case .missing(_, let nearest) = error else { return #expect(Bool(false), "\(String(describing: error))") }
    #expect(nearest.similar.map(\.text) == ["v1"])
  }

  @Test func programsThatDifferAreNamed() throws {
    let digests = try ["0", "1"].map { try Digest(parsing: "sha256:\(String(repeating: $0, count: 64))") }
    let variants = ["v3", nil]
    let entries = zip(digests, variants).map { digest, variant in
      let platform = Platform(os: "linux", architecture: "amd64", variant: variant)
      return Descriptor(mediaType: .ociManifest, size: 1, digest: digest, platform: platform)
    }
    let choice = try #require(ListChoice(from: entries, of: .ociIndex, by: .containerd, for: Self.machine))
    #expect(choice.differs)
    #expect(choice.choices.map(\.entry?.digest) == [digests[1], digests[1], digests[1], digests[0]])
    #expect(ListChoice(from: [entries[1]], of: .ociIndex, by: .containerd, for: Self.machine)?.differs == false)
  }
}

extension ResolveStep {
  /// In short.
  fileprivate var words: String {
    switch self {
    case .name(let read, _): "\(read.word) 1"
    case .list(let read, _, _, _): "\(read.word) list"
    case .choice: "choice"
    case .single: "single"
    case .image(let read, _): "\(read.word) image"
    }
  }
}

extension ManifestRead {
  fileprivate var word: String {
    switch self {
    case .head: "head"
    case .get: "get"
    case .file: "file"
    case .name: "name"
    case .known: "known"
    }
  }
}
