import OCI
import OCIRegistry

/// Publishes a list: resolves every source, checks, makes the list, and only then puts it.
package struct Publisher: Sendable {
  let registries: Registries

  package init(registries: Registries) { self.registries = registries }

  /// What was published, or would be.
  package struct Result: Sendable {
    package let list: RawManifest
    package let entries: [ResolvedSource]
  }

  /// - Parameter onResolved: Told what the list will be before it is put.
  /// - Throws: `PublishError`, `RegistryError` or `SettingsError`; the registry's tags are then as they were, or the error
  ///   says which of several tags were put.
  package func publish(_ request: PublishRequest, onResolved: (Result) -> Void) async throws -> Result {
    try Self.checkSources(of: request)
    let client = try await registries.repository(request.repository, willPush: !request.isDryRun)
    let entries = try await SourceResolver(client: client, platformFrom: request.platformFrom).resolve(request.sources)
    try Self.check(request, entries)
    let list = try IndexAssembler.assemble(entries, form: request.form)
    let result = Result(list: list, entries: entries)
    onResolved(result)
    if !request.isDryRun { try await put(list, request, client) }
    return result
  }

  /// Asks nobody anything.
  ///
  /// - Throws: `PublishError.otherRepository`.
  package static func checkSources(of request: PublishRequest) throws(PublishError) {
    for source in request.sources where source.reference.repository != request.repository {
      throw PublishError.otherRepository(source, list: request.repository)
    }
  }

  /// Who forgets LIST gives the first image's name for it: that image would be lost behind a list of the others.
  private static func check(_ request: PublishRequest, _ entries: [ResolvedSource]) throws(PublishError) {
    guard request.platformFrom != .config, let tag = request.tags.first, let said = InferredPlatform(reading: tag),
      !entries.contains(where: { $0.descriptor.platform?.architecture == said.platform.architecture })
    else { return }
    throw .listNamesOther(request.name(tag), said.platform)
  }

  private func put(_ list: RawManifest, _ request: PublishRequest, _ client: RepositoryClient) async throws {
    let failed = await withTaskGroup(of: (Tag, (any Error)?).self) { group in
      for tag in request.tags { group.addTask { (tag, await failure(list, request.name(tag), client)) } }
      return await group.reduce(into: [Tag: any Error]()) { $0[$1.0] = $1.1 }
    }
    let errors = request.tags.compactMap { failed[$0] }
    guard let first = errors.first else { return }
    let put = request.tags.filter { failed[$0] == nil }.map(request.name)
    throw put.isEmpty && errors.count == 1 ? first : PublishError.partlyPut(put, errors)
  }

  private func failure(_ list: RawManifest, _ name: Reference, _ client: RepositoryClient) async -> (any Error)? {
    do { try await client.put(list, as: name.name) } catch { return error }
    return nil
  }
}
