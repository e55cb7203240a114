import OCI
import Transfer

/// Images of one store that a list needs in another one.
package struct ImageCopy: Sendable {
  /// Their manifests, and those of attestations.
  let images: [Descriptor]
  package let source: Store
  package let target: Store

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
        steps[1].append(ImageCopy(images: copy.images, source: first.target, target: copy.target))
      } else {
        steps[0].append(copy)
      }
    }
    return steps
  }
}
