import OCI

/// The names of the images in an `index.json`.
extension Index {
  /// The name of an entry: a tag, or a whole reference, as the program that wrote it likes.
  ///
  /// Image spec, "index.json file": https://github.com/opencontainers/image-spec/blob/main/image-layout.md#indexjson-file
  static let refName = "org.opencontainers.image.ref.name"
  /// The whole reference that buildx and `docker save` write in addition.
  static let containerdName = "io.containerd.image.name"

  /// The positions of the entries that have a name. A name that is written exactly so comes first, then a whole reference
  /// that means the same, then the tag of a reference.
  func positions(named name: String) -> [Int] {
    let reference = name.contains { $0 == ":" || $0 == "/" } ? try? Reference(parsing: name) : nil
    let rules: [(Descriptor) -> Bool] = [
      { $0.annotations[Self.refName] == name || $0.annotations[Self.containerdName] == name },
      { entry in reference.map(entry.references.contains) ?? false },
      { entry in entry.references.contains { $0.tag?.text == name } },
    ]
    for rule in rules {
      let found = manifests.indices.filter { rule(manifests[$0]) }
      if !found.isEmpty { return found }
    }
    return []
  }

  /// What to call each entry, so that no two different images have the same name.
  var imageNames: [String] {
    let short = manifests.map { $0.annotations[Self.refName] ?? $0.annotations[Self.containerdName] ?? "@\($0.digest)" }
    var names: [String] = []
    for (name, entry) in zip(short, manifests) {
      let others = zip(short, manifests).filter { $0.0 == name && $0.1.digest != entry.digest }
      let whole = others.isEmpty ? name : entry.annotations[Self.containerdName] ?? "@\(entry.digest)"
      if !names.contains(whole) { names.append(whole) }
    }
    return names
  }
}

extension Descriptor {
  /// The names that are whole references.
  fileprivate var references: [Reference] {
    [Index.refName, Index.containerdName].compactMap { annotations[$0] }
      .filter { $0.contains { $0 == ":" || $0 == "/" } }
      .compactMap { try? Reference(parsing: $0) }
  }
}
