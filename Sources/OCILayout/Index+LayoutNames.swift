import OCI

/// The names of the images in an `index.json`.
extension Index {
  /// The name of an entry: a tag, or a whole reference, as the program that wrote it likes.
  ///
  /// Image spec, "index.json file": https://github.com/opencontainers/image-spec/blob/main/image-layout.md#indexjson-file
  static let refName = "org.opencontainers.image.ref.name"
  /// The whole reference that buildx and `docker save` write in addition.
  static let containerdName = "io.containerd.image.name"

  /// The positions of the entries that have a name, written exactly so.
  func positions(exactly name: String) -> [Int] {
    manifests.indices.filter { manifests[$0].namesInLayout.contains(name) }
  }

  /// The positions of the entries that have a name. A name that is written exactly so comes first, then a whole reference
  /// that means the same, then the tag of a reference.
  func positions(named name: String) -> [Int] {
    let reference = name.contains { $0 == ":" || $0 == "/" } ? try? Reference(parsing: name) : nil
    let exact = positions(exactly: name)
    if !exact.isEmpty { return exact }
    let rules: [(Descriptor) -> Bool] = [
      { entry in reference.map(entry.references.contains) ?? false },
      { entry in entry.references.contains { $0.tag?.text == name } },
    ]
    for rule in rules {
      let found = manifests.indices.filter { rule(manifests[$0]) }
      if !found.isEmpty { return found }
    }
    return []
  }

  /// What to call the entries at some positions.
  func imageNames(at positions: [Int]) -> [String] {
    Index(mediaType: mediaType, manifests: positions.map { manifests[$0] }).imageNames
  }

  /// What to call each entry, so that no two different images have the same name, nor two names of one image.
  var imageNames: [String] {
    let short = manifests.map { $0.annotations[Self.refName] ?? $0.annotations[Self.containerdName] ?? "@\($0.digest)" }
    let wholes = manifests.map { "\($0.annotations[Self.containerdName] ?? "")@\($0.digest)" }
    let images = Dictionary(zip(short, wholes).map { ($0, Set([$1])) }) { $0.union($1) }
    var names: [String] = []
    var known: Set<String> = []
    for (name, entry) in zip(short, manifests) {
      let isShared = images[name].map { $0.count > 1 } ?? false
      let whole = isShared ? entry.annotations[Self.containerdName] ?? "@\(entry.digest)" : name
      if known.insert(whole).inserted { names.append(whole) }
    }
    return names
  }
}

extension Descriptor {
  /// As programs have written them.
  var namesInLayout: [String] { [Index.refName, Index.containerdName].compactMap { annotations[$0] } }

  /// The names that are whole references.
  fileprivate var references: [Reference] {
    namesInLayout.filter { $0.contains { $0 == ":" || $0 == "/" } }.compactMap { try? Reference(parsing: $0) }
  }
}
