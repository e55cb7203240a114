import OCI

extension LayoutDirectory {
  /// Gives an image a name, last of all: everything that it needs must be there. Another image loses the name; all others
  /// keep theirs, also those that other programs give at the same time.
  ///
  /// - Parameters:
  ///   - name: A tag, or a whole reference.
  ///   - image: Its annotations are kept, except those of names.
  ///   - old: What the name may refer to until then. No other program changes it between this check and the change. An image
  ///     that was read by this name, although its own is longer, keeps its own.
  /// - Returns: False if it refers to something else; `index.json` is then unchanged.
  /// - Throws: `LayoutError`; `index.json` is then unchanged.
  @discardableResult
  package func setName(
    _ name: String,
    to image: Descriptor,
    replacing old: ReplacedContent = .anything
  ) async throws -> Bool {
    guard name.isNameInLayout else {
      throw LayoutError.invalid(file: path, reason: "\u{201C}\(name)\u{201D} cannot be a tag in an image layout")
    }
    return try await withLock {
      let present = try presentIndex()
      var positions = present.positions(exactly: name)
      if case .exactly(let digest) = old {
        let found = present.positions(named: name)
        if Set(found.map { present.manifests[$0].digest }) != Set(digest.map { [$0] } ?? []) { return false }
        if positions.isEmpty { positions = try replaceable(found, name, in: present) }
      }
      let changed = try named(name, image, in: present, positions)
      if changed != present { try replace(Self.indexFile, with: changed.encoded()) }
      return true
    }
  }

  /// Of the entries that were found by the end of their names, the one that can get another image.
  ///
  /// - Throws: `LayoutError.ambiguous` if several can: they are names of one image.
  private func replaceable(_ found: [Int], _ name: String, in index: Index) throws(LayoutError) -> [Int] {
    // `app:v1@sha256:…` would be a name of other content.
    let positions = found.filter { !index.manifests[$0].namesInLayout.contains { $0.contains("@") } }
    let names = index.imageNames(at: positions)
    if names.count > 1 { throw .ambiguous(name, path: path, names: names) }
    return positions
  }

  /// The layout of a program that was ended early may have no index.
  private func presentIndex() throws(LayoutError) -> Index {
    do { return try index() } catch .missing { return Index(mediaType: .ociIndex, manifests: []) }
  }

  /// - Throws: `LayoutError` if no image can be given this name.
  func checkName(_ name: String) throws(LayoutError) {
    let index = try presentIndex()
    try checkName(name, in: index, index.positions(exactly: name))
  }

  private func checkName(_ name: String, in index: Index, _ positions: [Int]) throws(LayoutError) {
    // `docker save a:v1 b:v1` names two images v1, which have whole names besides.
    if Set(positions.map { index.manifests[$0].annotations[Index.containerdName] }).count > 1 {
      throw .ambiguous(name, path: path, names: index.imageNames(at: positions))
    }
  }

  /// - Parameter same: Where the name is now.
  private func named(
    _ name: String,
    _ image: Descriptor,
    in index: Index,
    _ same: [Int]
  ) throws(LayoutError) -> Index {
    try checkName(name, in: index, same)
    var entry = image
    let old = same.first.map { index.manifests[$0].annotations } ?? [:]
    entry.annotations[Index.refName] = old[Index.refName] ?? name
    entry.annotations[Index.containerdName] = old[Index.containerdName]
    var changed = index
    for position in same.dropFirst().reversed() { changed.manifests.remove(at: position) }
    if let first = same.first { changed.manifests[first] = entry } else { changed.manifests.append(entry) }
    return changed
  }
}
