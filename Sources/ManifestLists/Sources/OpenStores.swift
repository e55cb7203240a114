import OCI
import OCILayout
import OCIRegistry
import Transfer

/// The repositories and layouts of one run. Each is opened once, and its manifests are read once.
actor OpenStores {
  private let registries: Registries
  /// What will be written.
  private let names: [Place]
  private let readsMirrors: Bool
  private var sources: [Store: any ImageSource] = [:]
  private var layouts: [LayoutReference: LayoutSource] = [:]
  private let layoutReader = LayoutReader()
  private var layoutTargets: [LayoutReference: Task<LayoutTarget, any Error>] = [:]

  /// - Parameter readsMirrors: Whether docker's mirrors are read first: see `Registries.repository`.
  init(_ registries: Registries, writing names: [Place] = [], readsMirrors: Bool = false) {
    self.registries = registries
    self.names = names
    self.readsMirrors = readsMirrors
  }

  func client(_ repository: Repository) async -> RepositoryClient {
    let willPush = names.contains { $0.store == .repository(repository) }
    return await registries.repository(repository, willPush: willPush, readsMirrors: readsMirrors)
  }

  /// - Throws: `LayoutError` if a layout cannot be read.
  func source(_ store: Store) async throws -> any ImageSource {
    let base: any ImageSource =
      switch store {
      case .repository(let repository): await client(repository)
      case .layout(let reference): try layout(reference)
      }
    let source = sources[store] ?? RememberingSource(base)
    sources[store] = source
    return source
  }

  /// How the manifest is named in its store. In a layout, the name may be missing, or a whole reference.
  ///
  /// - Throws: `LayoutError` if the layout has no such image.
  func name(of place: Place) throws -> ManifestName {
    switch place {
    case .registry(let reference): reference.name
    case .layout(let reference): try layout(reference.withoutName).name(of: reference)
    }
  }

  private func layout(_ reference: LayoutReference) throws(LayoutError) -> LayoutSource {
    if let open = layouts[reference] { return open }
    let layout = LayoutSource(try reference.open(), layoutReader)
    layouts[reference] = layout
    return layout
  }
}

extension OpenStores {
  /// - Throws: `LayoutError` if a layout cannot be written.
  func target(_ store: Store) async throws -> any ImageTarget {
    switch store {
    case .repository(let repository): await client(repository)
    case .layout(let reference): try await layoutTarget(reference)
    }
  }

  /// Finds out whether names in layouts can be given to an image, as far as this is known beforehand. Nothing is changed.
  ///
  /// - Throws: `LayoutError`.
  static func checkWritable(_ names: [Place]) throws(LayoutError) {
    for layout in names.compactMap(\.layout) {
      try layout.checkWritable(layout.name ?? Tag.latest.text)
    }
  }

  /// Writes a manifest under a name. Everything that it points at must be there.
  ///
  /// - Throws: `RegistryError` or `LayoutError`.
  func put(_ manifest: RawManifest, as name: Place) async throws -> RepositoryClient.PutResult {
    switch name {
    case .registry(let reference): return try await client(reference.repository).put(manifest, as: reference.name)
    case .layout(let reference):
      _ = try await put(manifest, as: reference, replacing: .anything)
      return .stored
    }
  }

  /// - Returns: False if the name has another content than it should. It is then unchanged.
  /// - Throws: `LayoutError`.
  func put(_ manifest: RawManifest, as name: LayoutReference, replacing old: ReplacedContent) async throws -> Bool {
    try await layoutTarget(name.withoutName).put(manifest, as: name.name ?? Tag.latest.text, replacing: old)
  }

  /// A layout that does not exist is made.
  private func layoutTarget(_ reference: LayoutReference) async throws -> LayoutTarget {
    let name = names.lazy.filter { $0.store == .layout(reference) }.compactMap(\.layout?.name).first
    let opening =
      layoutTargets[reference]
      ?? Task { LayoutTarget(try await reference.openForWriting(name ?? Tag.latest.text)) }
    layoutTargets[reference] = opening
    return try await opening.value
  }
}
