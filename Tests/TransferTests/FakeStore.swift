import OCI
import Synchronization
import Transfer

/// A store in memory. It accepts a manifest only if everything that it points at is there.
final class FakeStore: ImageSource, ImageTarget {
  struct Missing: Error {}

  struct State {
    var blobs: [Digest: [UInt8]] = [:]
    var manifests: [Digest: RawManifest] = [:]
    /// What was done, such as `put LAYER`.
    var log: [String] = []
    /// At a time, now and at most.
    var reading = (now: 0, most: 0)
  }

  let state = Mutex(State())
  /// Blobs are taken over from this store.
  let mountsFrom: FakeStore?
  /// Writing such a blob fails.
  let refused: Set<Digest>
  /// It says that it has every blob, and that it has taken over the blobs of `mountsFrom`.
  let lies: Bool

  init(mountsFrom: FakeStore? = nil, refused: Set<Digest> = [], lies: Bool = false) {
    self.mountsFrom = mountsFrom
    self.refused = refused
    self.lies = lies
  }

  var log: [String] { state.withLock { $0.log } }

  func look(for blob: Descriptor) async throws {
    guard state.withLock({ $0.blobs[blob.digest] }) != nil else { throw Missing() }
  }

  // MARK: - Content

  func add(_ bytes: [UInt8], _ type: String = "application/vnd.oci.image.layer.v1.tar") throws -> Descriptor {
    let digest = try Digest(of: bytes)
    state.withLock { $0.blobs[digest] = bytes }
    return Descriptor(mediaType: MediaType(rawValue: type), size: Int64(bytes.count), digest: digest)
  }

  func addImage(layers: [Descriptor]) throws -> Descriptor {
    let config = try add(Array("{}".utf8))
    let list = layers.map { String(decoding: $0.json.encoded(), as: UTF8.self) }
    let text =
      #"{"schemaVersion":2,"config":{"mediaType":"\#(MediaType.ociConfig)","size":2,"digest":"\#(config.digest)"},"#
      + #""layers":[\#(list.joined(separator: ","))]}"#
    return try addManifest(Array(text.utf8), .ociManifest)
  }

  func addIndex(_ children: [Descriptor]) throws -> Descriptor {
    try addManifest(Index(mediaType: .ociIndex, manifests: children).encoded(), .ociIndex)
  }

  private func addManifest(_ bytes: [UInt8], _ type: MediaType) throws -> Descriptor {
    let manifest = RawManifest(bytes: bytes, mediaType: type, digest: try Digest(of: bytes))
    state.withLock { $0.manifests[manifest.digest] = manifest }
    return manifest.descriptor()
  }

  // MARK: - ImageSource

  var mountable: Repository? { nil }

  func manifest<Value: Sendable>(
    _ name: ManifestName,
    _ read: @escaping @Sendable (RawManifest) throws -> Value
  ) async throws -> Value {
    guard let digest = name.digest, let manifest = state.withLock({ $0.manifests[digest] }) else { throw Missing() }
    return try read(manifest)
  }

  func config<Value: Sendable>(
    _ descriptor: Descriptor,
    of name: ManifestName,
    _ read: @escaping @Sendable ([UInt8]) throws -> Value
  ) async throws -> Value {
    guard let bytes = state.withLock({ $0.blobs[descriptor.digest] }) else { throw Missing() }
    return try read(bytes)
  }

  func blob(_ descriptor: Descriptor) async throws -> BlobBytes {
    guard let bytes = state.withLock({ $0.blobs[descriptor.digest] }) else { throw Missing() }
    return AsyncThrowingStream<[UInt8], any Error> { continuation in
      for byte in bytes { continuation.yield([byte]) }
      continuation.finish()
    }
  }

  // MARK: - ImageTarget

  func has(blob descriptor: Descriptor) async -> Bool {
    state.withLock {
      $0.log.append("has blob")
      return lies || $0.blobs[descriptor.digest] != nil
    }
  }

  func has(manifest digest: Digest) async -> Bool { state.withLock { $0.manifests[digest] != nil } }

  func canMount(from source: any ImageSource) -> Bool { mountsFrom != nil && source as? FakeStore === mountsFrom }

  func put(
    _ blob: Descriptor,
    from source: any ImageSource,
    mounting: Bool,
    onBytes: @escaping @Sendable (Int) -> Void
  ) async throws -> BlobOutcome {
    if refused.contains(blob.digest) { throw Missing() }
    if mounting, canMount(from: source), let bytes = mountsFrom?.state.withLock({ $0.blobs[blob.digest] }) {
      state.withLock { state in
        if !lies { state.blobs[blob.digest] = bytes }
        state.log.append("mount \(bytes.count)")
      }
      return .mounted
    }
    state.withLock { $0.reading = ($0.reading.now + 1, max($0.reading.most, $0.reading.now + 1)) }
    defer { state.withLock { $0.reading.now -= 1 } }
    var bytes: [UInt8] = []
    for try await piece in try await source.blob(blob) {
      onBytes(piece.count)
      bytes += piece
      await Task.yield()
    }
    let copied = bytes
    state.withLock { state in
      state.blobs[blob.digest] = copied
      state.log.append("copy \(copied.count)")
    }
    return .copied
  }

  func put(_ manifest: RawManifest) async throws {
    let (blobs, children): ([Descriptor], [Descriptor]) =
      if manifest.mediaType.isIndex {
        ([], try Index(decoding: manifest.bytes, mediaType: manifest.mediaType).manifests)
      } else {
        (try ImageManifest(decoding: manifest.bytes).blobs, [])
      }
    try state.withLock { state in
      let isComplete = blobs.allSatisfy { state.blobs[$0.digest] != nil }
      guard isComplete, children.allSatisfy({ state.manifests[$0.digest] != nil }) else { throw Missing() }
      state.manifests[manifest.digest] = manifest
      state.log.append(manifest.mediaType.isIndex ? "put index" : "put image")
    }
  }

  func lacksContent(_ error: any Error) -> Bool { error is Missing }
}
