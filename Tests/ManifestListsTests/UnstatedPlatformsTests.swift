import OCI
import Testing

@testable import ManifestLists

/// The entries without a platform of a list to which an image for linux/arm64 is added.
@Suite struct UnstatedPlatformsTests {
  private let registry = ScriptedRegistry()
  private let list: Place

  init() throws { list = try Place(parsing: "r.example/a:v1") }

  @Test func eachImageIsReadOnce() async throws {
    let images = [try addImage("amd64"), try addImage("s390x")]
    try add(Array(repeating: images[0], count: 50) + Array(repeating: images[1], count: 50))
    let stores = OpenStores(registry.registries)
    var unstated = UnstatedPlatforms(of: list, stores)
    let entries = try #require(try await CurrentList.read(list, stores)).entries
    try await unstated.check(entries, for: [try new()])
    #expect(registry.requests.count == 1 + 2 * 2)
    // The list was changed by others: what was read is known.
    try await unstated.check(entries.reversed(), for: [try new()])
    #expect(registry.requests.count == 1 + 2 * 2)
  }

  @Test func anImageForThePlatformIsRefused() async throws {
    let image = try addImage("arm64")
    try add([try addImage("amd64"), image])
    #expect(
      await error()
        == "r.example/a:v1 has an image for linux/arm64, and its entry does not say so: @\(image.digest). Another one would be taken instead"
    )
    // Its own place is no other one.
    try await check(at: 1)
  }

  /// As for `inspect --check`: they are for other programs, and may be missing.
  @Test func entriesOfOtherTypesAreNotRead() async throws {
    let image = try addImage("amd64")
    var (other, attestation) = (image, image)
    other.mediaType = MediaType(rawValue: "application/vnd.example+json")
    attestation.annotations = [
      "vnd.docker.reference.type": "attestation-manifest", "vnd.docker.reference.digest": "\(image.digest)",
    ]
    try add([other, attestation])
    try await check()
    #expect(registry.requests.count == 1)
  }

  @Test func whatCannotBeReadIsNamed() async throws {
    let image = try addImage("amd64")
    registry.answer("GET a/manifests/\(image.digest)", ScriptedRegistry.missing)
    try add([image])
    let error = await error()
    #expect(
      error?.hasPrefix("r.example/a:v1 has an entry without a platform, which cannot be read: @\(image.digest): ")
        == true
    )
  }

  @Test func theirNumberHasALimit() async throws {
    let images = try (0...InspectRequest.maximumCount).map { number in
      Descriptor(mediaType: .ociManifest, size: 2, digest: try Digest(of: Array("\(number)".utf8)))
    }
    try add(images)
    #expect(await error() == "r.example/a:v1 has more than 1000 images whose entries state no platform")
    #expect(registry.requests.count == 1)
  }
}

extension UnstatedPlatformsTests {
  private func addImage(_ architecture: String) throws -> Descriptor {
    let manifest = try registry.add("a:image", config: #"{"os":"linux","architecture":"\#(architecture)"}"#)
    try registry.add("a@\(manifest.digest)", String(decoding: manifest.bytes, as: UTF8.self), manifest.mediaType)
    return manifest.descriptor()
  }

  private func add(_ entries: [Descriptor]) throws {
    let index = Index(mediaType: .ociIndex, manifests: entries)
    try registry.add("a:v1", String(decoding: index.encoded(), as: UTF8.self), .ociIndex)
  }

  private func new() throws -> ListEntry {
    let platform = Platform(os: "linux", architecture: "arm64")
    let digest = try Digest(of: Array("new".utf8))
    let descriptor = Descriptor(mediaType: .ociManifest, size: 1, digest: digest, platform: platform)
    let place = list.manifest(digest)
    return ListEntry(source: Source("new", place, reading: .list), place: place, descriptor: descriptor, origin: .index)
  }

  private func check(at position: Int? = nil) async throws {
    let stores = OpenStores(registry.registries)
    var unstated = UnstatedPlatforms(of: list, stores)
    let entries = try #require(try await CurrentList.read(list, stores)).entries
    try await unstated.check(entries, for: [try new()], at: position)
  }

  private func error() async -> String? {
    let error = await #expect(throws: EditError.self) { try await check() }
    return error.map { "\($0)" }
  }
}
