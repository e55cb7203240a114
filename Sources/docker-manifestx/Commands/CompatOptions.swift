import ArgumentParser
import JSON
import ManifestLists
import OCI

/// The options of `inspect` that print what `docker manifest inspect` prints.
struct CompatOptions: ParsableArguments {
  @Flag(name: .customLong("compat"), help: "Print the JSON of docker manifest inspect, byte for byte")
  var isUsed = false

  @Flag(name: .shortAndLong, help: "With --compat: print the JSON of docker manifest inspect --verbose")
  var verbose = false
}

extension CompatOptions {
  /// - Throws: `UsageError`.
  func checkUsage(_ others: [(isUsed: Bool, name: String)], _ names: [String]) throws(UsageError) {
    if verbose, !isUsed { throw .other("--verbose can only be used with --compat") }
    guard isUsed else { return }
    if let other = others.first(where: \.isUsed) { throw .other("--compat and \(other.name) cannot be used together") }
    if names.count > 1 { throw .other("--compat prints one document: give it one NAME") }
  }

  /// - Throws: As `Inspector.inspect`, and `JSONError`, `NestedList`, `EmptyList` or `OutputError`.
  func run(_ place: Place, _ platform: Platform?, _ inspector: Inspector, _ console: Console) async throws {
    // Of an image, docker shows the platform that its config states.
    var request = InspectRequest(verbose ? .platforms : .list, platform: platform)
    (request.keepsManifest, request.keepsContent, request.requiresMediaType) = (true, verbose, true)
    for inspection in try await inspector.inspect(place, request) {
      guard let manifest = inspection.manifest else { continue }
      try console.result(raw: try await text(of: manifest, inspection, inspector))
    }
  }

  private func text(of manifest: RawManifest, _ inspection: Inspection, _ inspector: Inspector) async throws -> [UInt8]
  {
    guard case .list(let list) = inspection.content else {
      guard verbose else { return DockerManifest.text(ofImage: manifest) }
      let config = try inspection.entries.first?.image?.content?.config.map {
        try JSONValue(decoding: $0, dialect: .go)
      }
      let platform = config.map { JSONNode($0, names: .anyCase) }
      return try DockerManifest.verboseText(
        ofImage: .init(reference: inspection.place.dockerName(), manifest: manifest, platform: platform)
      )
    }
    if list.entries.isEmpty { throw EmptyList(place: inspection.place) }
    guard verbose else { return try DockerManifest.text(ofList: manifest) }
    let manifests = try await manifests(of: list, inspection.place, inspector)
    let platforms = try DockerManifest.platforms(in: manifest)
    let images = zip(manifests, platforms).map { manifest, platform in
      DockerManifest.Image(
        reference: inspection.place.dockerName(of: manifest.digest),
        manifest: manifest,
        platform: platform
      )
    }
    return try DockerManifest.verboseText(ofList: images)
  }

  /// All manifests of a list, in its order.
  private func manifests(
    of list: InspectedList,
    _ place: Place,
    _ inspector: Inspector
  ) async throws -> [RawManifest] {
    let entries = list.entries.map(\.descriptor)
    if let nested = entries.first(where: \.mediaType.isIndex) { throw NestedList(digest: nested.digest) }
    guard entries.reduce(0, { $0 + min(Int($1.size), Self.limit) }) < Self.limit else {
      throw InspectError.contentTooLarge(place, limit: Self.limit)
    }
    var request = InspectRequest(.list)
    (request.keepsManifest, request.requiresMediaType) = (true, true)
    var manifests: [RawManifest] = []
    var rest = entries[...]
    while !rest.isEmpty {
      let next = rest.prefix(Self.batch)
      rest = rest.dropFirst(next.count)
      for result in await inspector.inspect(next.map { place.manifest($0.digest) }, request) {
        manifests += try result.get().compactMap(\.manifest)
      }
      // A list that states other sizes could fill the memory.
      for (entry, manifest) in zip(entries, manifests) where manifest.bytes.count != entry.size {
        let (said, found) = ("\(entry.size)", "\(manifest.bytes.count)")
        throw InspectError.badManifest(place.manifest(entry.digest), .differs(member: "size", said: said, found: found))
      }
    }
    return manifests
  }

  /// Of all manifests together, in bytes.
  private static let limit = 2 << 20

  /// How many are read at the same time.
  private static let batch = 10
}

extension Place {
  /// As docker prints it: with `docker.io/` and `library/`.
  ///
  /// - Parameter digest: Of an image of the list; nil for the name itself.
  fileprivate func dockerName(of digest: Digest? = nil) -> String {
    guard let reference else { return "\(digest.map(manifest) ?? self)" }
    let (repository, name) = (reference.repository, reference.name)
    let named = digest.map { ManifestName.digest($0, tag: name.tag) } ?? name
    return "\(repository.registry)/\(repository.path)\(named)"
  }
}

/// A list without entries, for which docker says that there is no such manifest.
private struct EmptyList: Error, CustomStringConvertible {
  let place: Place

  var description: String { "\(place) is a list without images, and docker manifest inspect shows none" }
}
