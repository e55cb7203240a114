import OCI
import OCIRegistry
import Transfer

extension TagTemplate {
  /// The tags of all images of a list, in every repository of the list. Attestations have none.
  ///
  /// - Throws: `PublishError` if a tag is a name of the list, or the tag of another image. `TagTemplateError`.
  func tags(of entries: [ListEntry], _ request: PublishRequest) throws -> [KeptTag] {
    var kept: [Reference: ListEntry] = [:]
    return try entries.flatMap { entry -> [KeptTag] in
      guard let platform = entry.descriptor.runnablePlatform else { return [] }
      let tag = try tag(for: platform)
      return try request.repositories.map { repository in
        let name = Reference(repository, tag: tag)
        if request.names.contains(name) { throw PublishError.keptTagIsName(name, entry) }
        if let other = kept.updateValue(entry, forKey: name) { throw PublishError.sameKeptTag(tag, other, entry) }
        // With a digest, the tag is only a remark.
        let isSource = request.sources.contains { $0.place.reference == name }
        if isSource, entry.place.reference != name { throw PublishError.keptTagIsImage(name, entry) }
        return KeptTag(name: name, entry: entry)
      }
    }
  }
}

extension [KeptTag] {
  /// Pushes the images under their tags. They are in the repositories already.
  ///
  /// - Parameters:
  ///   - store: Opens a store.
  ///   - onEvent: Called for each tag that was pushed.
  /// - Throws: `PublishError` or `RegistryError`.
  func push(
    from store: @escaping ImageStores,
    _ client: @escaping RepositoryClients,
    onEvent: @escaping @Sendable (ListEvent) -> Void
  ) async throws {
    // An image whose own tag it is has it already.
    let missing = filter { $0.entry.place.reference != $0.name }
    let images = Array<(entry: ListEntry, tags: [KeptTag])>(
      Dictionary(grouping: missing, by: \.entry).map { (entry: $0.key, tags: $0.value) }
    )
    // Their manifests were not kept in memory: there may be many.
    let results = await images.concurrentMap(limit: ImageTransfer.requests) { image in
      let name = ManifestName.digest(image.entry.descriptor.digest, tag: nil)
      let manifest = try await store(image.entry.place.store).manifest(name) { $0 }
      let results = await image.tags.concurrentMap { kept in
        _ = try await client(kept.name.repository).put(manifest, as: kept.name.name)
        onEvent(.tagged(kept))
      }
      _ = try PublishError.values(of: results)
    }
    _ = try PublishError.values(of: results)
  }
}
