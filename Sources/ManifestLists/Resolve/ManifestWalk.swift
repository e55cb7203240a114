import OCI
import Transfer

/// Goes from one manifest to the next until it is an image, and notes each step.
struct ManifestWalk {
  private let options: ResolveOptions
  private let place: Place
  private let source: any ImageSource
  private(set) var steps: [ResolveStep] = []
  /// Of the list that was read last.
  private var choice: ListChoice?
  private var depth = 0

  /// containerd has no limit. No known program makes lists that are deeper than two.
  private static let maximumDepth = 4

  init(_ options: ResolveOptions, _ place: Place, _ source: any ImageSource) {
    (self.options, self.place, self.source) = (options, place, source)
  }

  /// - Parameter known: What a HEAD has told about the name.
  /// - Returns: The manifest of the image.
  mutating func image(named name: ManifestName, known: Descriptor? = nil) async throws -> Descriptor {
    if let known {
      steps.append(.name(.head(name), known))
      return try await image(at: known)
    }
    let content = try await content(name)
    let found = content.descriptor
    switch place {
    case .layout:
      steps.append(.name(.file("index.json"), found))
      return try await image(content, read: read(found.digest))
    case .registry where name.digest != nil:
      steps.append(.name(.name, found))
      return try await image(content, read: .get(name))
    case .registry:
      steps.append(.name(.get(name), found))
      return try await image(content, read: .known)
    }
  }

  private mutating func image(at descriptor: Descriptor) async throws -> Descriptor {
    let isChecked = choice.map { $0.rule == .noPlatform && options.puller.checksConfig } ?? false
    // With any other type, engines do not read what an entry points at.
    guard MediaType.manifests.contains(descriptor.mediaType) else {
      throw ResolveError.badManifest(place.manifest(descriptor.digest), .otherType(descriptor.mediaType))
    }
    if !descriptor.mediaType.isIndex, !options.readsImage, !isChecked { return descriptor }
    let content = try await content(.digest(descriptor.digest, tag: nil), of: descriptor)
    return try await image(content, read: read(descriptor.digest))
  }

  private mutating func image(_ content: Content, read: ManifestRead) async throws -> Descriptor {
    switch content {
    case .list(let list, let entries):
      let attestations = entries.count(where: \.isAttestation)
      steps.append(.list(read, list, entries: entries.count, attestations: attestations))
      guard let choice = ListChoice(from: entries, of: list.mediaType, by: options.puller, for: options.target)
      else {
        throw noImage(in: entries)
      }
      steps.append(.choice(choice))
      (self.choice, depth) = (choice, depth + 1)
      guard depth < Self.maximumDepth else { throw ResolveError.tooDeep(place) }
      return try await image(at: choice.entry)
    case .image(var parts):
      if choice == nil { steps.append(.single) }
      try await check(&parts)
      steps.append(.image(read, parts))
      return parts.manifest
    }
  }

  private func read(_ digest: Digest) -> ManifestRead {
    if case .layout = place { return .file("blobs/\(digest.algorithm.rawValue)/\(digest.hex)") }
    return .get(.digest(digest, tag: nil))
  }

  private func noImage(in entries: [Descriptor]) -> any Error {
    let platform = options.platform
    if options.target.requested != nil, let unknown = platform.unknownWord { return unknown }
    let platforms = ListChoice.platforms(of: entries)
    let others = platforms.filter { $0.withVersion != platform.withVersion }
    let needed = platforms.first { $0.withVersion == platform.withVersion }?.osFeatures ?? []
    return ResolveError.noImage(place, platform, options.puller, has: others, needed: needed)
  }

  /// An entry without a platform is taken if the config of its image is for the platform.
  private func check(_ parts: inout ImageParts) async throws {
    guard let choice, choice.rule == .noPlatform, options.puller.checksConfig else { return }
    let image: ImageConfig?
    do {
      image = try await source.imageConfig(parts.image.config, of: .digest(parts.manifest.digest, tag: nil))
    } catch let error as ManifestError {
      throw ResolveError.badManifest(place.manifest(parts.manifest.digest), error)
    }
    parts.platform = image?.platform()
    var entry = choice.entry
    entry.platform = parts.platform
    let isTaken = options.puller.choice(from: [entry], of: .ociIndex, for: choice.platform) != nil
    guard entry.platform != nil, isTaken else {
      throw ResolveError.otherPlatform(
        place,
        choice.platform,
        options.puller,
        entry: entry.digest,
        isFor: parts.platform
      )
    }
  }
}

extension ManifestWalk {
  /// What is needed of a manifest.
  private enum Content: Sendable {
    case list(Descriptor, [Descriptor])
    case image(ImageParts)

    var descriptor: Descriptor {
      switch self {
      case .list(let descriptor, _): descriptor
      case .image(let parts): parts.manifest
      }
    }

    init(_ manifest: RawManifest) throws(ManifestError) {
      let descriptor = manifest.descriptor()
      self =
        switch try ManifestContent(manifest) {
        case .index(let index): .list(descriptor, index.manifests)
        case .image(let image): .image(ImageParts(manifest: descriptor, image: image))
        }
    }
  }

  /// - Parameter descriptor: What is known of the manifest; nil if nothing is.
  private func content(_ name: ManifestName, of descriptor: Descriptor? = nil) async throws -> Content {
    do {
      return try await source.manifest(name) { manifest in
        if let descriptor { try manifest.check(against: descriptor) }
        return try Content(manifest)
      }
    } catch let error as ManifestError {
      throw ResolveError.badManifest(name.digest.map(place.manifest) ?? place, error)
    }
  }
}

extension ImagePuller {
  /// True if it reads the config of an image whose entry in a list has no platform.
  fileprivate var checksConfig: Bool { self == .containerd || self == .docker }
}
