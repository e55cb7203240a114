import OCI
import OCIRegistry
import Transfer

/// Publishes a list: resolves every source, checks them, makes the list, and only then pushes it.
package struct Publisher: Sendable {
  let registries: Registries
  let onEvent: @Sendable (ListEvent) -> Void

  package init(registries: Registries, onEvent: @escaping @Sendable (ListEvent) -> Void = { _ in }) {
    self.registries = registries
    self.onEvent = onEvent
  }

  /// - Returns: The list that was published, or, in a dry run, would be.
  /// - Throws: `PublishError`, `RegistryError` or `SettingsError`. The registry's tags are then as they were, except where
  ///   the error is `PublishError.partlyPut`.
  package func publish(_ request: PublishRequest) async throws -> AssembledList {
    let client: RepositoryClients = { [registries, targets = request.isDryRun ? [] : request.repositories] in
      await registries.repository($0, willPush: targets.contains($0))
    }
    // Known before the entries are: no round trip more.
    async let reading = PresentNames(reading: request.names, client)
    async let subject = descriptor(of: request.additions.subject, client)
    let request = try await request.resolvingPatterns(client)
    let store: ImageStores = { store in
      switch store {
      case .repository(let repository): await client(repository)
      case .layout(let layout): LayoutSource(try layout.open())
      }
    }
    var resolver = SourceResolver(store: store, platformFrom: request.platformFrom, onEvent: onEvent)
    resolver.listTags = request.tags
    resolver.selection = request.selection
    resolver.readsLabels = request.additions.annotatesFromLabels
    let resolution = try await resolver.resolve(request.sources)
    let entries = resolution.entries
    try request.checkExpectedPlatforms(of: entries)
    let present = await reading
    let check = NameCheck(request: request, entries: entries, present: present)
    try await check.check(client)
    var list = try IndexAssembler.assemble(resolution, request, subject: try await subject)
    list.keptTags = try request.keptTags?.tags(of: entries, request) ?? []
    onEvent(.assembled(list))
    (entries.flatMap(\.warnings) + check.warnings + list.warnings(request)).forEach { onEvent(.warning($0)) }
    [request.additions.note, list.isOCIByAdditions ? .ociIndex : nil].compactMap(\.self).forEach { onEvent(.note($0)) }
    if !request.isDryRun {
      let names = request.names.filter { !present.has(list.manifest, as: $0) }
      try await transfer(list, for: names, from: store, client)
      try await list.keptTags.push(from: store, client, onEvent: onEvent)
      try await put(list.manifest, as: request.names, present, client)
    }
    return list
  }

  /// Nil if no manifest is named.
  private func descriptor(of subject: Reference?, _ client: RepositoryClients) async throws -> Descriptor? {
    guard let subject else { return nil }
    return try await client(subject.repository).manifest(subject.name) { $0.descriptor() }
  }

  /// Copies the images to every repository that does not have them, before any name changes.
  private func transfer(
    _ list: AssembledList,
    for names: [Reference],
    from store: @escaping ImageStores,
    _ client: @escaping RepositoryClients
  ) async throws {
    let targets = Set(names.map(\.repository))
    let copies = targets.flatMap { target in
      list.children.filter { $0.key != .repository(target) }.map { (target: target, source: $0.key, images: $0.value) }
    }
    let results = await copies.concurrentMap { copy in
      let transfer = ImageTransfer { onEvent(.transfer(copy.target, $0)) }
      try await transfer.copy(copy.images, from: store(copy.source), to: client(copy.target))
    }
    _ = try PublishError.values(of: results)
  }

  /// All names at the same time. A name that stands for this list already is left alone.
  private func put(
    _ list: RawManifest,
    as names: [Reference],
    _ present: PresentNames,
    _ client: @escaping RepositoryClients
  ) async throws {
    let results = await names.concurrentMap { name in
      if present.has(list, as: name) { return onEvent(.alreadyThere(name)) }
      onEvent(.putting(name))
      switch try await client(name.repository).put(list, as: name.name) {
      case .stored: onEvent(.put(name))
      case .alreadyThere: onEvent(.alreadyThere(name))
      }
    }
    var (put, errors): ([Reference], [any Error]) = ([], [])
    for (name, result) in zip(names, results) {
      switch result {
      case .success: put.append(name)
      case .failure(let error): errors.append(error)
      }
    }
    guard let first = errors.first else { return }
    throw put.isEmpty && errors.count == 1 ? first : PublishError.partlyPut(put, errors)
  }
}

extension AssembledList {
  fileprivate func warnings(_ request: PublishRequest) -> [ListWarning] {
    request.additions.annotatesFromLabels && entries.sharedLabels.isEmpty ? [.noSharedLabels] : []
  }
}

extension ListEntry {
  fileprivate var warnings: [ListWarning] {
    guard let platform = descriptor.runnablePlatform else { return [] }
    let variant = unknownVariant.map { ListWarning.unknownVariant(place, variant: $0, platform) }
    let word = platform.unknownWord.map { ListWarning.unknownPlatform(place, $0) }
    return [variant, word].compactMap(\.self)
  }
}
