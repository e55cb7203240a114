import OCI
import OCIRegistry
import Transfer

/// The images that the stores of a list's names get from others.
struct CopiedImages: Sendable {
  let copies: [ImageCopy]
  let stores: OpenStores
  let known: KnownCopies
  let onEvent: @Sendable (ListEvent) -> Void

  /// Copies all at the same time, before any name changes. The first error ends them all: nothing can be published any more,
  /// and what is left may take hours.
  ///
  /// - Throws: `PublishError`, and what the stores throw.
  func copy() async throws { try await copy(copies, trustsTargets: true) }

  /// Writes a manifest under a name.
  ///
  /// - Throws: `RegistryError` or `LayoutError`, and what a copy throws.
  func put(_ manifest: RawManifest, as name: Place) async throws -> RepositoryClient.PutResult {
    try await copyingAgain(to: name.store) { try await stores.put(manifest, as: name) }
  }

  /// If the registry then lacks an image that it said it had, the images are copied all the same, and `put` is called once
  /// more.
  func copyingAgain<Value>(to store: Store, _ put: () async throws -> Value) async throws -> Value {
    do { return try await put() } catch let error as RegistryError where error.lacksContent {
      let copies = copies.filter { $0.target == store }
      if copies.isEmpty { throw error }
      try await copy(copies, trustsTargets: false)
      return try await put()
    }
  }

  /// - Parameter trustsTargets: Whether an image is left out that a target says it has.
  private func copy(_ copies: [ImageCopy], trustsTargets: Bool) async throws {
    for step in copies.steps {
      let results = await step.concurrentMap(stopsAtError: true) { copy in
        let copy = trustsTargets ? try await rest(of: copy) : copy
        if copy.images.isEmpty { return }
        try await copy.run(stores, trustsTarget: trustsTargets) { onEvent(.transfer(copy.target, $0)) }
        known.add(copy)
      }
      _ = try PublishError.values(of: results)
    }
  }

  /// The copy without what this run has copied before and is still there: one request tells this of an image, and a mount of
  /// its blobs takes one for each.
  private func rest(of copy: ImageCopy) async throws -> ImageCopy {
    let before = known.images(of: copy)
    if before.isEmpty { return copy }
    let target = try await stores.target(copy.target)
    let present = await before.concurrentMap(limit: ImageTransfer.requests) { image in
      await target.has(manifest: image.digest) ? image.digest : nil
    }
    let kept = Set(present.compactMap { try? $0.get() })
    var rest = copy
    rest.images.removeAll { kept.contains($0.digest) }
    return rest
  }
}
