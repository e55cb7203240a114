import OCI
import Transfer

/// Images of one store that a list needs in another one.
package struct ImageCopy: Sendable {
  /// Their manifests, and those of attestations.
  var images: [Descriptor]
  package let source: Store
  package let target: Store
  /// A repository of the target's registry that has the blobs by then; nil if none is known.
  var mountable: Repository?

  /// How many images there are, not counting attestations.
  package var count: Int { images.count { $0.runnablePlatform != nil } }
}

extension ImageCopy: CustomStringConvertible {
  package var description: String { "\(source) \(target)" }
}

/// What a dry run finds out about a copy.
package struct PlannedCopy: Sendable {
  package let copy: ImageCopy
  /// All blobs of the images. The target may have some of them.
  package let blobs: [Descriptor]
}

extension ImageCopy {
  /// - Parameter trustsTarget: Whether an image is left out that the target says it has.
  /// - Throws: As `check`, and what the stores throw.
  func run(
    _ stores: OpenStores,
    trustsTarget: Bool,
    onEvent: @escaping @Sendable (TransferEvent) -> Void
  ) async throws {
    if isWithinDirectory { return try await check(stores) }
    var source = try await stores.source(source)
    if let mountable { source = MountingSource(source, mountingFrom: mountable) }
    let transfer = ImageTransfer(trustsTarget: trustsTarget, onEvent: onEvent)
    try await transfer.copy(images, from: source, to: stores.target(target))
  }

  /// True if nothing has to be copied, but the images may be incomplete. Registries look for the blobs themselves.
  var isWithinDirectory: Bool { source == target && !target.isArchive }

  /// Nil if nothing is copied.
  ///
  /// - Throws: As `check`.
  func planned(_ stores: OpenStores) async throws -> PlannedCopy? {
    if isWithinDirectory {
      try await check(stores)
      return nil
    }
    return PlannedCopy(copy: self, blobs: try await ImageTransfer().blobs(of: images, in: stores.source(source)))
  }

  /// - Throws: `LayoutError` if a blob of the images is missing, or has another size.
  func check(_ stores: OpenStores) async throws {
    let layout = try await stores.source(source)
    for blob in try await ImageTransfer().blobs(of: images, in: layout) { _ = try await layout.blob(blob) }
  }
}

extension [ImageCopy] {
  /// The copies in two steps: what several repositories of a registry get from elsewhere is copied to one of them, and
  /// mounted from there.
  var steps: [[ImageCopy]] {
    var steps: [[ImageCopy]] = [[], []]
    for copy in self {
      let registry = copy.target.repository?.registry
      let isWithin = registry == nil || copy.source.repository?.registry == registry
      let first = steps[0].first { $0.source == copy.source && $0.target.repository?.registry == registry }
      if let first, !isWithin {
        var copy = copy
        copy.mountable = first.target.repository
        steps[1].append(copy)
      } else {
        steps[0].append(copy)
      }
    }
    return steps
  }
}
