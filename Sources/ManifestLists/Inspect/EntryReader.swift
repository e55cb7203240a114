import OCI
import OCILayout
import OCIRegistry
import Transfer

/// Reads what is behind the entries of a list: their manifests, then where needed their configs.
struct EntryReader: Sendable {
  let place: Place
  let store: any ImageSource
  /// Nil for a layout, which has no API for referrers.
  let client: RepositoryClient?
  private(set) var request: InspectRequest
  private var kept: KeptContent
  /// Of what is kept of all images together.
  private var budget = Budget(limit: 4 << 20)
  /// Of all entries together. Each can have many.
  private let referrerBudget = Budget(limit: Inspection.maximumReferrers)

  init(_ place: Place, _ store: any ImageSource, _ client: RepositoryClient?, _ request: InspectRequest) {
    (self.place, self.store, self.client, self.request) = (place, store, client, request)
    kept = request.keepsLayers ? .layers : request.keepsContent ? .config : .nothing
  }

  /// The same reader for images that are shown alone, of which everything is kept.
  ///
  /// - Parameter isOne: Whether there is only one. It may take as much as its documents.
  func keepingEverything(isOne: Bool) -> EntryReader {
    var reader = self
    reader.kept = .everything
    if isOne { reader.budget = Budget(limit: .max) }
    return reader
  }

  /// The same reader with another depth.
  func reading(_ depth: InspectRequest.Depth) -> EntryReader {
    var reader = self
    reader.request.depth = depth
    return reader
  }

  /// Reads entries at the same time. What is behind several of them is read once.
  ///
  /// - Throws: What the store throws, unless it is about the content of an entry: that is its `problem`.
  func read(_ entries: [Descriptor]) async throws -> [InspectedEntry] {
    let contents = try await entries.concurrentMap(onceFor: { Reading($0) }) { try await read($0) }
    return zip(contents, entries).map { $0.with($1) }
  }

  /// - Throws: What the store throws, unless it is about the content of this entry: that is its `problem`.
  func read(_ descriptor: Descriptor) async throws -> InspectedEntry {
    var entry = InspectedEntry(descriptor)
    guard needsManifest(of: descriptor) else { return entry }
    async let referrers = referrers(of: descriptor)
    let name = ManifestName.digest(descriptor.digest, tag: nil)
    do {
      let content = try await store.manifest(name) { [kept, request] manifest in
        if request.requiresMediaType { try manifest.checkMediaType() }
        try manifest.check(against: descriptor)
        return try InspectedEntry.Content(manifest, keeping: kept)
      }
      try keep(content)
      entry.content = content
      if case .image(let image) = content, needsConfig(of: descriptor) { try await readConfig(of: image, name, &entry) }
      if kept != .everything { entry.dropMembersOfConfig() }
    } catch  where error.isAboutContent { entry.problem = error }
    entry.referrers = try await referrers
    return entry
  }

  /// The image that the name itself refers to, of which the manifest has been read.
  func read(_ image: InspectedImage, _ descriptor: Descriptor, _ name: ManifestName) async throws -> InspectedEntry {
    var entry = InspectedEntry(descriptor)
    entry.content = .image(image)
    async let referrers = referrers(of: descriptor)
    if request.depth >= .platforms || request.platform != nil { try await readConfig(of: image, name, &entry) }
    entry.referrers = try await referrers
    return entry
  }

  /// - Throws: `InspectError.layersTooLarge`. A list may have thousands of images, and each of them thousands of layers.
  private func keep(_ content: InspectedEntry.Content) throws(InspectError) {
    guard case .image(let image) = content, let size = image.content?.sizeInMemory else { return }
    guard budget.take(size) else { throw .layersTooLarge(place, limit: budget.limit) }
  }

  private func needsManifest(of entry: Descriptor) -> Bool {
    // Other types are not requested: registries answer in another one, or not at all.
    guard MediaType.manifests.contains(entry.mediaType) else { return false }
    return request.depth >= .images || (request.depth == .platforms && entry.lacksPlatform)
  }

  private func needsConfig(of entry: Descriptor) -> Bool {
    if entry.lacksPlatform { return true }
    return request.depth == .configs && entry.attestedImage == nil
  }

  private func readConfig(of image: InspectedImage, _ name: ManifestName, _ entry: inout InspectedEntry) async throws {
    var image = image
    let (keepsConfig, keepsDetails) = (request.keepsContent, image.content?.kept == .everything)
    let found = try await store.imageConfig(image.config, of: name) { config, document in
      let bytes = keepsConfig ? document.value.encoded() : nil
      return (config, bytes, keepsDetails ? ImageDetails(document) : nil)
    }
    guard let (config, bytes, details) = found else {
      image.notRunnable = .config(image.config.mediaType)
      entry.content = .image(image)
      return
    }
    if let bytes, !budget.take(bytes.count) { throw InspectError.contentTooLarge(place, limit: budget.limit) }
    image.configPlatform = config.platform()
    image.created = config.created
    image.notRunnable =
      config.declaresNoPlatform
      ? .noPlatform : image.content.flatMap { NotRunnable($0.layerTypes, inConfig: config.layerCount) }
    image.content?.config = bytes
    image.content?.details = details
    image.unknownVariant = config.unknownVariant()
    entry.content = .image(image)
  }

  private func referrers(of entry: Descriptor) async throws -> Referrers? {
    guard request.readsReferrers, let client, entry.attestedImage == nil else { return nil }
    let found = try await client.referrers(of: entry.digest)
    let kept = found.manifests.prefix { _ in referrerBudget.take(1) }
    let isComplete = found.isComplete && kept.count == found.manifests.count
    return Referrers(manifests: Array(kept), hasAPI: found.hasAPI, isComplete: isComplete)
  }
}

extension InspectedEntry.Content {
  /// - Throws: `ManifestError` if it cannot be read.
  init(_ manifest: RawManifest, keeping kept: KeptContent) throws(ManifestError) {
    self =
      switch try ManifestContent(manifest) {
      case .index(let index): .list(count: index.manifests.count)
      case .image(let image): .image(InspectedImage(image, keeping: kept))
      }
  }
}

extension ImageContent {
  /// In bytes, about; without the config.
  fileprivate var sizeInMemory: Int {
    layers.count * 256 + annotations.reduce(0) { $0 + $1.key.utf8.count + $1.value.utf8.count + 64 }
  }
}

extension InspectedImage {
  init(_ manifest: ImageManifest, keeping kept: KeptContent) {
    config = manifest.config
    layerCount = manifest.layers.count
    pullSize = manifest.pullSize
    artifactType = manifest.artifactType
    predicateTypes = manifest.predicateTypes
    if kept == .nothing { return }
    content = ImageContent(
      kept: kept,
      layerTypes: LayerTypes(of: manifest.layers),
      layers: kept.layers(of: manifest),
      annotations: kept == .everything ? manifest.annotations : [:]
    )
  }
}

/// Everything in an entry that what is read behind it depends on.
private struct Reading: Hashable {
  private let content: Descriptor
  private let lacksPlatform: Bool
  private let isAttestation: Bool

  init(_ entry: Descriptor) {
    content = Descriptor(mediaType: entry.mediaType, size: entry.size, digest: entry.digest)
    lacksPlatform = entry.lacksPlatform
    isAttestation = entry.attestedImage != nil
  }
}

extension KeptContent {
  /// Foreign layers are not looked for, and need their `urls` to be known as such.
  fileprivate func layers(of manifest: ImageManifest) -> [Descriptor] {
    switch self {
    case .nothing, .config: []
    case .layers: manifest.layers.filter { !$0.isForeign }.map(\.bare)
    case .everything: manifest.layers
    }
  }
}

extension InspectedEntry {
  /// Of the config's descriptor, which has been followed.
  fileprivate mutating func dropMembersOfConfig() {
    guard case .image(var image) = content else { return }
    image.config = image.config.bare
    content = .image(image)
  }

  /// The same content behind another entry.
  fileprivate func with(_ descriptor: Descriptor) -> InspectedEntry {
    var entry = self
    entry.descriptor = descriptor
    return entry
  }
}

extension Error {
  /// True for an error in what the store has. All others are those of the connection, or of the credentials.
  var isAboutContent: Bool {
    if self is ManifestError || saysNoSuchImage { return true }
    if self is LayoutError { return true }
    return switch self as? RegistryError {
    case .configMissing?, .blobMissing?, .tooLarge?, .wrongDigest?, .wrongSize?, .notAManifest?, .schema1?: true
    default: false
    }
  }
}
