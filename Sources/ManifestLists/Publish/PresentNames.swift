import OCI
import OCILayout
import OCIRegistry
import Transfer

/// What the names of a list refer to before it is pushed.
struct PresentNames: Sendable {
  enum Content: Sendable {
    case nothing
    /// Nil if its digest is not known, or its manifest describes no config.
    case image(Digest?, config: Descriptor?)
    /// The platforms of its images, each once; of a very long list, only the first ones.
    /// The digests are those of its entries.
    case list(Digest, [Platform], Set<Digest>)
    /// The name could not be read.
    case unknown(any Error)
  }

  /// By their names.
  private(set) var contents: [Place: Content]

  /// Where there is nothing of these names.
  init() { contents = [:] }

  /// Reads all names at the same time. In a registry, that is two requests for a name that exists: the first one does not
  /// count as a pull.
  ///
  /// - Throws: `LayoutError` if a layout is there, and cannot be read; `RegistryError` if a registry cannot be reached.
  init(reading names: [Place], _ stores: OpenStores) async throws {
    let read = await names.concurrentMap { try await Self.content(of: $0, stores) }
    contents = Dictionary(zip(names, try PublishError.values(of: read))) { first, _ in first }
  }

  /// Reads those that were not read before.
  ///
  /// - Throws: As `init`.
  mutating func read(_ names: [Place], _ stores: OpenStores) async throws {
    let missing = names.filter { contents[$0] == nil }
    if missing.isEmpty { return }
    contents.merge(try await PresentNames(reading: missing, stores).contents) { first, _ in first }
  }

  private static func content(of name: Place, _ stores: OpenStores) async throws -> Content {
    do {
      // A HEAD has no body that tells a registry's 404 from that of another web server. Where the name could be that of an
      // image, this must be known.
      if case .registry(let reference) = name, name.tag?.namesArchitecture != true,
        try await !stores.client(reference.repository).mayHave(reference.name)
      {
        return .nothing
      }
      return try await stores.source(name.store).manifest(stores.name(of: name)) { manifest in
        guard manifest.mediaType.isIndex else {
          return .image(manifest.digest, config: try? ImageManifest(decoding: manifest.bytes).config)
        }
        let index = try Index(decoding: manifest.bytes, mediaType: manifest.mediaType)
        return .list(manifest.digest, index.platforms, Set(index.manifests.map(\.digest)))
      }
    } catch let error as RegistryError {
      if error.saysNoSuchImage { return .nothing }
      switch error {
      case .schema1: return .image(nil, config: nil)
      // Nothing can be put there.
      case .transport(let cause, _, _, _) where cause.preventsConnection: throw error
      default: return .unknown(error)
      }
    } catch let error as LayoutError {
      // It would not become readable by writing to it.
      if !error.saysNoSuchImage { throw error }
      return .nothing
    } catch { return .unknown(error) }
  }
}

extension PresentNames {
  /// The digests of the entries of all lists.
  var images: Set<Digest> { contents.values.reduce(into: []) { $0.formUnion($1.entries) } }

  /// True if the name stands for exactly this list.
  func has(_ manifest: RawManifest, as name: Place) -> Bool {
    if case .list(manifest.digest, _, _)? = contents[name] { true } else { false }
  }

  /// True if it is known that the name does not stand for this list.
  func lacks(_ manifest: RawManifest, as name: Place) -> Bool {
    switch contents[name] {
    case nil, .unknown: false
    default: !has(manifest, as: name)
    }
  }

  /// True if the name stands for exactly this image.
  func has(_ image: Descriptor, as name: Place) -> Bool {
    if case .image(image.digest, _)? = contents[name] { true } else { false }
  }
}

extension PresentNames.Content {
  /// The digests of the entries of a list.
  var entries: Set<Digest> {
    if case .list(_, _, let entries) = self { entries } else { [] }
  }

  /// Nil if it is no list.
  var listDigest: Digest? {
    if case .list(let digest, _, _) = self { digest } else { nil }
  }

  /// The platforms that none of the entries is for, each once, in the order of the list.
  func platforms(missingIn entries: [ListEntry]) -> [Platform] {
    guard case .list(_, let platforms, _) = self else { return [] }
    let kept = entries.compactMap(\.descriptor.runnablePlatform)
    return platforms.reduce(into: []) { missing, platform in
      if !(kept + missing).contains(where: { $0.normalized == platform.normalized }) { missing.append(platform) }
    }
  }
}

extension Index {
  /// Of its images, each once. There are fewer platforms than this; more would only take time.
  fileprivate var platforms: [Platform] {
    var seen: Set<Platform> = []
    return Array(manifests.compactMap(\.runnablePlatform?.spelled).filter { seen.insert($0).inserted }.prefix(200))
  }
}
