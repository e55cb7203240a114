import OCI

/// What images consist of, in the order in which it has to be written: blobs, then manifests, each after those that it
/// points at. A blob or manifest that several images have is there once.
struct ImageGraph: Sendable {
  /// The largest ones first, so that none of them is left alone at the end.
  private(set) var blobs: [Descriptor] = []
  /// Level by level: what is in one level can be written at the same time.
  private(set) var manifests: [[Node]] = []

  /// One manifest that was read.
  struct Node: Sendable {
    let descriptor: Descriptor
    /// Of an image: its config and its layers.
    var blobs: [Descriptor] = []
    /// Of an index: its images.
    var children: [Descriptor] = []
    /// Nil for a large one: many of them would fill the memory. It is read again when it is written.
    private(set) var manifest: RawManifest?

    /// In bytes. Manifests have a few KiB.
    static let keptSize = 64 << 10

    init(_ descriptor: Descriptor, blobs: [Descriptor] = []) {
      self.descriptor = descriptor
      self.blobs = blobs
    }

    /// - Throws: `ManifestError`.
    init(_ manifest: RawManifest) throws(ManifestError) {
      descriptor = manifest.descriptor()
      if manifest.bytes.count <= Self.keptSize { self.manifest = manifest }
      switch try ManifestContent(manifest) {
      case .index(let index): children = index.manifests
      case .image(let image): blobs = image.blobs.map(\.bare)
      }
    }
  }

  /// - Parameters:
  ///   - levels: The manifests, from the images that were asked for to what they contain.
  ///   - others: Content of other types, which indexes point at for other programs.
  /// - Throws: `TransferError.twoSizes`: only one of them can be right.
  init(levels: [[Node]], others: [Descriptor] = []) throws(TransferError) {
    var sizes: [Digest: Int64] = [:]
    var found: [Descriptor] = []
    for blob in levels.joined().flatMap(\.blobs) + others {
      guard let size = sizes.updateValue(blob.size, forKey: blob.digest) else {
        found.append(blob)
        continue
      }
      if size != blob.size { throw .twoSizes(blob.digest, size, blob.size) }
    }
    blobs = found.enumerated().sorted { ($1.element.size, $0.offset) < ($0.element.size, $1.offset) }.map(\.element)
    var seen: Set<Digest> = []
    manifests = levels.reversed().map { level in
      level.filter { seen.insert($0.descriptor.digest).inserted }
    }
  }
}
