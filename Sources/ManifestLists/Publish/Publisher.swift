import OCI
import OCIRegistry

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
    try Self.checkSources(of: request)
    let client = await registries.repository(request.repository, willPush: !request.isDryRun)
    // Known before the entries are: no round trip more.
    async let reading = PresentNames(reading: request.names, client)
    var resolver = SourceResolver(client: { _ in client }, platformFrom: request.platformFrom, onEvent: onEvent)
    resolver.listTags = request.tags
    resolver.selection = request.selection
    let resolution = try await resolver.resolve(request.sources)
    let entries = resolution.entries
    try request.checkExpectedPlatforms(of: entries)
    let names = NameCheck(request: request, entries: entries, present: await reading)
    try names.check()
    let list = try IndexAssembler.assemble(resolution, request)
    onEvent(.assembled(list))
    (entries.flatMap(\.warnings) + names.warnings).forEach { onEvent(.warning($0)) }
    if !request.isDryRun { try await put(list.manifest, as: request.names, client) }
    return list
  }

  /// The checks that need no registry.
  ///
  /// - Throws: `PublishError.otherRepository`, or `PublishError.several` of them.
  package static func checkSources(of request: PublishRequest) throws(PublishError) {
    let others = request.sources.filter { $0.reference.repository != request.repository }
    try PublishError.check(others.map { .otherRepository($0, list: request.repository) })
  }

  /// All names at the same time.
  private func put(_ list: RawManifest, as names: [Reference], _ client: RepositoryClient) async throws {
    let results = await names.concurrentMap { name in
      onEvent(.putting(name))
      switch try await client.put(list, as: name.name) {
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

extension ListEntry {
  fileprivate var warnings: [ListWarning] {
    guard let platform = descriptor.runnablePlatform else { return [] }
    let variant = unknownVariant.map { ListWarning.unknownVariant(place, variant: $0, platform) }
    let word = platform.unknownWord.map { ListWarning.unknownPlatform(place, $0) }
    return [variant, word].compactMap(\.self)
  }
}
