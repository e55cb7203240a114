import OCI
import Transfer

/// Reads what a list contains.
struct ListReader: Sendable {
  private let index: Index
  private let reader: EntryReader

  init(_ index: Index, _ reader: EntryReader) { (self.index, self.reader) = (index, reader) }

  private var request: InspectRequest { reader.request }
  /// A list with more manifests than this is read alone.
  private var isReadWhole: Bool { index.manifests.count <= InspectRequest.maximumCount }

  /// The list as a whole; with `InspectRequest.platform`, each image for the platform.
  ///
  /// - Parameters:
  ///   - descriptor: Of the list.
  ///   - manifest: Its bytes, if they are needed.
  /// - Throws: As `Inspector.inspect`.
  func inspections(_ descriptor: Descriptor, _ manifest: RawManifest?) async throws -> [Inspection] {
    if let platform = request.platform { return try await images(for: platform) }
    let list = InspectedList(
      artifactType: index.artifactType,
      annotations: index.annotations,
      subject: index.subject,
      entries: try await read(index.manifests, reader),
      isReadWhole: isReadWhole
    )
    return [Inspection(place: reader.place, descriptor: descriptor, manifest: manifest, content: .list(list))]
  }

  private func read(_ entries: [Descriptor], _ reader: EntryReader) async throws -> [InspectedEntry] {
    guard isReadWhole else { return entries.map(InspectedEntry.init) }
    return try await reader.read(entries)
  }

  private func images(for platform: Platform) async throws -> [Inspection] {
    // A request only for entries of which the list does not state the platform.
    let entries = try await read(index.manifests, reader.reading(.platforms))
    let chosen = try entries.images(for: platform, in: reader.place)
    let isAboutOne = request.keepsManifest || request.isAboutOneImage
    if isAboutOne, Set(chosen.map(\.descriptor.digest)).count > 1 {
      throw InspectError.severalImages(reader.place, platform, chosen.map(\.descriptor))
    }
    if isAboutOne { return [try await image(chosen[0], isOne: true)] }
    if request.depth < .images { return try await chosen.concurrentMap { try await image($0) }.map { try $0.get() } }
    // An image can have several entries. What is behind them is read once.
    let isOne = Set(chosen.map(\.descriptor.bare)).count == 1
    let images = try await chosen.concurrentMap(onceFor: \.descriptor.bare) { try await image($0, isOne: isOne) }
    return zip(images, chosen).map { $0.with($1.descriptor) }
  }

  private func image(_ chosen: InspectedEntry, isOne: Bool = false) async throws -> Inspection {
    let descriptor = chosen.descriptor
    var manifest: RawManifest?
    // Read first: the reader of entries then finds it in memory.
    if request.keepsManifest { manifest = try await reader.store.manifest(.digest(descriptor.digest, tag: nil)) { $0 } }
    var entry = chosen
    if request.depth >= .images {
      async let attestations = read(index.manifests.filter { $0.attestedImage == descriptor.digest }, reader)
      entry = try await reader.reading(request.depth).keepingEverything(isOne: isOne).read(descriptor)
      if let problem = entry.problem { throw problem }
      entry.attestations = try await attestations
    }
    return Inspection(place: reader.place, descriptor: descriptor, manifest: manifest, content: .image(entry))
  }
}

extension Inspection {
  /// The same image behind another entry. Its attestations are those of the first one.
  fileprivate func with(_ descriptor: Descriptor) -> Inspection {
    guard descriptor != self.descriptor, case .image(var entry) = content else { return self }
    entry.descriptor = descriptor
    entry.attestations = []
    return Inspection(place: place, descriptor: descriptor, manifest: manifest, content: .image(entry))
  }
}

extension [InspectedEntry] {
  /// The images for a platform.
  ///
  /// - Throws: `InspectError.noImage` if there are none; `PlatformError` if the platform has an unknown word, too.
  func images(for wanted: Platform, in place: Place) throws -> [InspectedEntry] {
    let found = wanted.positions(in: map(\.runnablePlatform)).map { self[$0] }
    if !found.isEmpty { return found }
    if wanted.isRunnable, let unknown = wanted.unknownWord { throw unknown }
    // Of a very long list, only the first platforms are named.
    let others = Array<Platform>(compactMap(\.runnablePlatform).prefix(20))
    let lists = filter(\.descriptor.mediaType.isIndex).map(\.descriptor.digest)
    throw InspectError.noImage(place, wanted, has: others, unread: lists)
  }
}
