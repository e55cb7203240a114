import OCI

/// Copies images from one store to another: what the target does not have yet, blobs before manifests, and images before
/// the indexes that contain them. No name changes.
package struct ImageTransfer: Sendable {
  let onEvent: @Sendable (TransferEvent) -> Void
  /// False to write also the manifests that the target says it has.
  private let trustsTarget: Bool

  package init(trustsTarget: Bool = true, onEvent: @escaping @Sendable (TransferEvent) -> Void = { _ in }) {
    self.trustsTarget = trustsTarget
    self.onEvent = onEvent
  }

  /// How many blobs are copied at the same time. More are not faster, and registries limit the number of requests.
  static let streams = 4
  /// How many blobs are mounted, or manifests written, at the same time.
  package static let requests = 16
  /// How many manifests one copy may have. Each is a request or two, and tools do not make so many.
  static let maximumCount = 10_000
  /// How many blobs the images of one copy may have, where each image counts for itself.
  static let maximumBlobs = 50_000
  /// How deep indexes may be nested, the outermost one included.
  package static let maximumDepth = 8

  /// - Parameter images: Their manifests. Those of an index are copied with it.
  /// - Throws: `TransferError`, and what the stores throw.
  package func copy(_ images: [Descriptor], from source: any ImageSource, to target: any ImageTarget) async throws {
    let canMount = target.canMount(from: source)
    let missing = canMount || !trustsTarget ? images : try await missing(images, in: target)
    guard !missing.isEmpty else { return }
    let graph = try await graph(of: missing, source)
    onEvent(.planned(graph.blobs))
    _ = try await graph.blobs.concurrentMapUntilError(limit: canMount ? Self.requests : Self.streams) { blob in
      try await copy(blob, from: source, to: target, canMount: canMount)
    }
    for level in graph.manifests {
      _ = try await level.concurrentMapUntilError(limit: Self.requests) { node in
        do { try await write(node, from: source, to: target) } catch  where target.lacksContent(error) {
          // Some registries say that they have a blob, or that they have mounted it, and then that it is not known.
          for blob in node.blobs { _ = try await put(blob, from: source, to: target, mounting: false) }
          try await write(node, from: source, to: target)
        }
      }
    }
    onEvent(.completed)
  }

  private func missing(_ images: [Descriptor], in target: any ImageTarget) async throws -> [Descriptor] {
    let known = try await images.concurrentMapUntilError(limit: Self.requests) { await target.has(manifest: $0.digest) }
    return zip(images, known).filter { !$0.1 }.map(\.0)
  }

  private func copy(
    _ blob: Descriptor,
    from source: any ImageSource,
    to target: any ImageTarget,
    canMount: Bool
  ) async throws {
    // A mount asks the same question.
    if !canMount, await target.has(blob: blob) { return onEvent(.finished(blob, .present)) }
    onEvent(.finished(blob, try await put(blob, from: source, to: target, mounting: canMount)))
  }

  private func put(
    _ blob: Descriptor,
    from source: any ImageSource,
    to target: any ImageTarget,
    mounting: Bool
  ) async throws -> BlobOutcome {
    try await target.put(blob, from: source, mounting: mounting) { onEvent(.moved(blob, bytes: $0)) }
  }

  private func write(
    _ node: ImageGraph.Node,
    from source: any ImageSource,
    to target: any ImageTarget
  ) async throws {
    if let manifest = node.manifest { return try await target.put(manifest) }
    try await target.put(try await source.manifest(.digest(node.descriptor.digest, tag: nil)) { $0 })
  }

  /// All blobs of the images, each once.
  ///
  /// - Throws: `TransferError`, and what the source throws.
  package func blobs(of images: [Descriptor], in source: any ImageSource) async throws -> [Descriptor] {
    try await graph(of: images, source).blobs
  }

  private func graph(of images: [Descriptor], _ source: any ImageSource) async throws -> ImageGraph {
    var levels: [[ImageGraph.Node]] = []
    var others: [Descriptor] = []
    var next = images.unique
    var count = 0
    let blobs = Budget(limit: Self.maximumBlobs)
    while let first = next.first {
      guard levels.count < Self.maximumDepth else { throw TransferError.tooDeep(first, limit: Self.maximumDepth) }
      count += next.count
      guard count <= Self.maximumCount else { throw TransferError.tooMany(first, limit: Self.maximumCount) }
      others += next.filter { !$0.mediaType.isManifest }.map(\.bare)
      let nodes = try await next.filter(\.mediaType.isManifest).concurrentMapUntilError(limit: Self.requests) {
        descriptor in
        do {
          return try await source.manifest(.digest(descriptor.digest, tag: nil)) { manifest in
            try manifest.check(against: descriptor)
            let node = try ImageGraph.Node(manifest)
            guard blobs.take(node.blobs.count) else {
              throw TransferError.tooManyBlobs(descriptor, limit: Self.maximumBlobs)
            }
            return node
          }
        } catch let error as ManifestError { throw TransferError.badManifest(descriptor, error) }
      }
      levels.append(nodes)
      next = nodes.flatMap(\.children).unique
    }
    return try ImageGraph(levels: levels, others: others)
  }
}

extension [Descriptor] {
  /// Each manifest once for each size that it should have: the same one can be in many indexes.
  fileprivate var unique: [Descriptor] {
    var seen: [Digest: Set<Int64>] = [:]
    return filter { seen[$0.digest, default: []].insert($0.size).inserted }
  }
}
