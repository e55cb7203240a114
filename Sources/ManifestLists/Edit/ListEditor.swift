import OCI
import OCIRegistry
import Transfer

/// Changes lists where they are: nothing is stored on this machine.
///
/// If somebody else has changed the list meanwhile, the change is made anew to what it is then. In a layout, this is exact.
/// Registries cannot replace a manifest only if it is still the one that was read: see `ListReplacement`.
package struct ListEditor: Sendable {
  let registries: Registries
  let onEvent: @Sendable (ListEvent) -> Void
  package init(registries: Registries, onEvent: @escaping @Sendable (ListEvent) -> Void = { _ in }) {
    self.registries = registries
    self.onEvent = onEvent
  }

  /// Adds images to the list, in the place of those for the same platforms. A list that does not exist is made.
  ///
  /// - Parameter request: With one name.
  /// - Returns: The list as it is now, or, in a dry run, would be.
  /// - Throws: `EditError`, and what `Publisher.publish` throws.
  package func add(_ request: PublishRequest) async throws -> AssembledList {
    let stores = stores(request)
    let request = try await request.resolvingPatterns(stores)
    async let early = CurrentList.read(request.names[0], stores)
    let publisher = Publisher(registries: registries, onEvent: onEvent)
    let resolution = try await publisher.resolver(request, stores).resolve(request.sources)
    try IndexAssembler.checkPlatforms(of: resolution.entries)
    resolution.entries.flatMap(\.warnings).forEach { onEvent(.warning($0)) }
    var unstated = UnstatedPlatforms(of: request.names[0], stores)
    // Called again if others change the list.
    var warned: Set<Platform> = []
    let index = resolution.index
    return try await edit(request, stores, first: try await early, newFrom: index) { current in
      guard let current else {
        try await NameCheck(request: request, entries: resolution.entries, present: PresentNames()).check(stores)
        return resolution.entries
      }
      try await unstated.check(current.entries, for: resolution.entries)
      let all = current.entries.severalReplaced(by: resolution.entries)
      for several in all where warned.insert(several.platform).inserted {
        onEvent(.warning(.severalReplaced(request.names[0], several.platform, several.digests)))
      }
      return current.entries.adding(resolution.entries)
    }
  }

  /// Takes images out of the list, with their attestations.
  ///
  /// - Parameter request: With one name, and no sources.
  /// - Throws: `EditError`, `PlatformError`, and what `Publisher.publish` throws.
  package func remove(_ names: [EntryName], from request: PublishRequest) async throws -> AssembledList {
    let (list, stores) = (request.names[0], stores(request))
    let selectors = try await selectors(names, stores)
    return try await edit(request, stores, first: try await CurrentList.read(list, stores)) { current in
      guard let entries = current?.entries else { throw EditError.missing(list) }
      var positions: Set<Int> = []
      for selector in selectors {
        let found = try selector.positions(in: entries, of: list)
        // A platform without its version could be meant for one of them only.
        if case .platform = selector.name, found.count > 1 {
          throw EditError.severalEntries(selector.name, list, found.map { entries[$0].descriptor })
        }
        positions.formUnion(found)
      }
      let rest = entries.removing(at: positions)
      if rest.allSatisfy(\.descriptor.isAttestation) { throw EditError.wouldBeEmpty(list) }
      return rest
    }
  }

  /// Changes one entry of the list, or only the list itself (`PublishRequest.additions`).
  ///
  /// - Parameter request: With one name, and no sources.
  /// - Throws: `EditError`, `PlatformError`, and what `Publisher.publish` throws.
  package func annotate(_ name: EntryName?, _ change: EntryChange, in request: PublishRequest) async throws
    -> AssembledList
  {
    let (list, stores) = (request.names[0], stores(request))
    let selector = try await selectors(name.map { [$0] } ?? [], stores).first
    var unstated = UnstatedPlatforms(of: list, stores)
    return try await edit(request, stores, first: try await CurrentList.read(list, stores)) { current in
      guard let current else { throw EditError.missing(list) }
      var entries = current.entries
      guard let selector else { return entries }
      let positions = try selector.positions(in: entries, of: list)
      guard positions.count == 1 else {
        throw EditError.severalEntries(selector.name, list, positions.map { entries[$0].descriptor })
      }
      if change.lacksArchitecture(for: entries[positions[0]].descriptor) {
        throw EditError.noArchitecture(selector.name, list)
      }
      try change.apply(to: &entries[positions[0]].descriptor)
      let changed = entries[positions[0]]
      if changed.descriptor.platform != current.entries[positions[0]].descriptor.platform {
        try await unstated.check(current.entries, for: [changed], at: positions[0])
      }
      return entries
    }
  }

  private func stores(_ request: PublishRequest) -> OpenStores {
    OpenStores(registries, writing: request.isDryRun ? [] : request.names)
  }

  private func selectors(_ names: [EntryName], _ stores: OpenStores) async throws -> [EntrySelector] {
    try PublishError.values(of: await names.concurrentMap { try await EntrySelector($0, stores) })
  }

  /// - Parameters:
  ///   - first: The list as it was read already.
  ///   - index: What a list that does not exist is made from, if that is an index.
  ///   - change: Makes the new entries of the list. Called again if the list has changed.
  private func edit(
    _ request: PublishRequest,
    _ stores: OpenStores,
    first: CurrentList?,
    newFrom index: FoundIndex? = nil,
    _ change: (CurrentList?) async throws -> [ListEntry]
  ) async throws -> AssembledList {
    let name = request.names[0]
    if name.store.isArchive { throw EditError.archive(name) }
    let replacement = ListReplacement(name: name, stores: stores, onEvent: onEvent)
    let publisher = Publisher(registries: registries, onEvent: onEvent)
    var current = first
    for _ in 1...replacement.attempts {
      let list = try assemble(try await change(current), current, newFrom: index, request)
      if list.manifest.digest == current?.found.manifest.digest {
        onEvent(.assembled(list))
        onEvent(.alreadyThere(name))
        return list
      }
      onEvent(.assembled(list))
      if current?.found.manifest.mediaType == .dockerList, list.manifest.mediaType == .ociIndex {
        onEvent(.note(.ociIndex))
      }
      try OpenStores.checkWritable(request.names)
      let copies = publisher.copies(of: list, to: request.names)
      if request.isDryRun {
        for copy in copies { try await copy.planned(stores).map { onEvent(.planned($0)) } }
        return list
      }
      let stock = publisher.copied(copies, stores)
      try await stock.copy()
      let outcome = try await stock.copyingAgain(to: name.store) {
        try await replacement.replace(current, with: list.manifest)
      }
      switch outcome {
      case .done: return list
      case .changed(let other): current = other
      }
      onEvent(.note(.changedByOthers(name)))
    }
    throw EditError.keepsChanging(name, attempts: replacement.attempts)
  }

  private func assemble(
    _ entries: [ListEntry],
    _ current: CurrentList?,
    newFrom index: FoundIndex?,
    _ request: PublishRequest
  ) throws -> AssembledList {
    var request = request
    // Its type stays, unless what was added needs another one.
    if current?.found.manifest.mediaType == .ociIndex { request.form = .oci }
    try request.checkExpectedPlatforms(of: entries)
    let resolution = Resolution(entries: entries, index: current == nil ? index : current?.found)
    return try IndexAssembler.assemble(resolution, request, replacing: current?.entries ?? [])
  }
}
