import OCI

/// The platforms of the images whose entries in a list state none, as `inspect --check` finds them out.
struct UnstatedPlatforms {
  private let list: Place
  private let stores: OpenStores
  /// Of each manifest that was read. It is not read again if others change the list meanwhile.
  private var known: [Digest: Platform?] = [:]

  init(of list: Place, _ stores: OpenStores) { (self.list, self.stores) = (list, stores) }

  /// Looks whether an entry that states no platform is one for the platform of a new image, or would not be found any more:
  /// engines take it only if no other one fits.
  ///
  /// - Parameters:
  ///   - entries: Of the list.
  ///   - position: Of the entry whose place the new one takes.
  /// - Throws: `EditError`, and what the store throws.
  mutating func check(_ entries: [ListEntry], for new: [ListEntry], at position: Int? = nil) async throws {
    let platforms = Set(new.compactMap(\.descriptor.runnablePlatform?.normalized))
    if platforms.isEmpty { return }
    let present = entries.map(\.descriptor)
    let others = present.indices.filter { $0 != position }.map { present[$0] }
    let changed = others + new.map(\.descriptor)
    let unstated = others.filter(\.lacksPlatform)
    try await read(unstated)
    // Each takes a walk over all entries.
    var choices: [Platform: (now: Digest?, afterwards: Digest?)] = [:]
    var seen: Set<Digest> = []
    for digest in unstated.map(\.digest) where seen.insert(digest).inserted {
      guard let platform = known[digest] ?? nil else { continue }
      let choice = choices[platform] ?? (taken(from: present, for: platform), taken(from: changed, for: platform))
      choices[platform] = choice
      let isHidden = choice.now == digest && choice.afterwards != digest
      guard platforms.contains(platform.normalized) || isHidden else { continue }
      throw EditError.unstatedPlatform(list, digest, platform)
    }
  }

  private func taken(from entries: [Descriptor], for platform: Platform) -> Digest? {
    ImagePuller.containerd.choice(from: entries, of: .ociIndex, for: platform).map { entries[$0.position].digest }
  }

  private mutating func read(_ entries: [Descriptor]) async throws {
    let missing = entries.filter { known[$0.digest] == nil }
    if missing.isEmpty { return }
    let limit = InspectRequest.maximumCount
    guard Set(missing.map(\.digest)).count <= limit else { throw EditError.tooManyUnstated(list, limit: limit) }
    let reader = EntryReader(list, try await stores.source(list.store), nil, InspectRequest(.platforms))
    for entry in try await reader.read(missing) {
      let digest = entry.descriptor.digest
      if let problem = entry.problem { throw EditError.unreadableEntry(list, digest, problem) }
      known[digest] = .some(entry.platform)
    }
  }
}
