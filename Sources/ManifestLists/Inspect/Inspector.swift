import OCI
import OCIRegistry
import Transfer

/// Finds out what is behind a name, in a registry or in an image layout.
package struct Inspector: Sendable {
  let stores: OpenStores
  private let timeout: Duration
  private let clock: any Clock<Duration>
  private let nearest = NearestTags()
  private let onEvent: @Sendable (ListEvent) -> Void

  /// - Parameters:
  ///   - readsMirrors: Whether docker's mirrors of Docker Hub are read first. They may have outdated images.
  ///   - timeout: How long to wait for a name that is not in the registry yet.
  ///   - onEvent: Receives `ListEvent.waiting` and `ListEvent.warning`.
  package init(
    registries: Registries,
    readsMirrors: Bool = true,
    timeout: Duration = .zero,
    clock: any Clock<Duration> = ContinuousClock(),
    onEvent: @escaping @Sendable (ListEvent) -> Void = { _ in }
  ) {
    stores = OpenStores(registries, readsMirrors: readsMirrors)
    self.timeout = timeout
    self.clock = clock
    self.onEvent = onEvent
  }

  /// Reads several names at the same time.
  ///
  /// - Returns: The results in the order of the names.
  package func inspect(_ places: [Place], _ request: InspectRequest) async -> [Result<[Inspection], any Error>] {
    await places.concurrentMap { try await inspect($0, request, isOnly: places.count == 1) }
  }

  /// - Parameter isOnly: Whether no other name is read at the same time. A manifest of any size takes one request then; of
  ///   several large ones, each is requested again when there is memory for it.
  /// - Returns: One inspection; several where several images are for `InspectRequest.platform`.
  /// - Throws: `InspectError`, `RegistryError`, `LayoutError` or `SettingsError`; `PlatformError` if there is no image for the
  ///   platform, and it has an unknown word: it is a slip then.
  package func inspect(
    _ place: Place,
    _ request: InspectRequest,
    isOnly: Bool = false
  ) async throws -> [Inspection] {
    do {
      let store = try await stores.source(place.store)
      let root = try await root(of: place, store, request, isOnly: isOnly)
      var client: RepositoryClient?
      if let repository = place.store.repository { client = await stores.client(repository) }
      let reader = EntryReader(place, store, client, request)
      switch root.content {
      case nil:
        return [Inspection(place: place, descriptor: root.descriptor, manifest: root.manifest, content: .unread)]
      case .image(let image): return [try await inspection(of: image, root, reader)]
      case .list(let index): return try await ListReader(index, reader).inspections(root.descriptor, root.manifest)
      }
    } catch let error as ManifestError { throw InspectError.badManifest(place, error) }
  }

  private func inspection(of image: InspectedImage, _ root: Root, _ reader: EntryReader) async throws -> Inspection {
    let place = reader.place
    let entry: InspectedEntry
    do { entry = try await reader.read(image, root.descriptor, root.name) } catch let error as ManifestError {
      throw InspectError.badConfig(place, error)
    }
    if let platform = entry.platform, let variant = entry.image?.unknownVariant {
      onEvent(.warning(.unknownVariant(place, variant: variant, platform)))
    }
    if let wanted = reader.request.platform { _ = try [entry].images(for: wanted, in: place) }
    return Inspection(place: place, descriptor: root.descriptor, manifest: root.manifest, content: .image(entry))
  }
}

// MARK: - What the name refers to

/// What a name refers to.
private struct Root: Sendable {
  let name: ManifestName
  let descriptor: Descriptor
  let manifest: RawManifest?
  /// Nil if it was not parsed.
  let content: Content?

  enum Content: Sendable {
    case image(InspectedImage)
    case list(Index)
  }

  init(_ manifest: RawManifest, _ name: ManifestName, _ request: InspectRequest) throws(ManifestError) {
    self.name = name
    if request.requiresMediaType { try manifest.checkMediaType() }
    descriptor = manifest.descriptor()
    self.manifest = request.keepsManifest ? manifest : nil
    let kept: KeptContent = request.depth > .manifest || request.keepsContent ? .everything : .nothing
    content =
      switch request.parses ? try ManifestContent(manifest) : nil {
      case .index(let index): .list(index)
      case .image(let image): .image(InspectedImage(image, keeping: kept))
      case nil: nil
      }
  }
}

extension Inspector {
  /// Asks until the manifest is there. Permanent errors are thrown immediately.
  private func root(
    of place: Place,
    _ store: any ImageSource,
    _ request: InspectRequest,
    isOnly: Bool
  ) async throws -> Root {
    let name = try await stores.name(of: place)
    var polling = Polling(timeout: timeout, clock: clock)
    var hasWaited = false
    while true {
      do {
        if isOnly, let repository = place.store.repository {
          return try Root(await stores.client(repository).manifest(name), name, request)
        }
        return try await store.manifest(name) { try Root($0, name, request) }
      } catch let error as RegistryError {
        guard let reference = place.reference, error.isTransient, polling.hasTime else {
          throw await explained(error, place)
        }
        if !hasWaited { onEvent(.waiting(reference, timeout: timeout, error)) }
        hasWaited = true
        try await polling.wait()
      }
    }
  }

  /// An error with what the registry has instead of a missing name.
  private func explained(_ error: RegistryError, _ place: Place) async -> any Error {
    guard case .notFound(let reference, _) = error else { return error }
    let client = await stores.client(reference.repository)
    return InspectError.missing(error, await nearest.repositoryTags(near: reference, error, client))
  }
}
