import OCI

extension Inspection {
  /// What is wrong, as far as manifests and configs tell.
  ///
  /// - Parameter expected: The platforms that there should be; empty for any.
  func findings(expecting expected: [Platform]) -> [Finding] {
    if case .list(let list) = content, !list.isReadWhole {
      return [Finding(.tooManyEntries(limit: IndexChildren.maximumCount))]
    }
    let listed = ListedPlatforms(entries)
    var problems = entries.map { ownProblems(of: $0, listed) }
    let contest = PlatformContest(entries, entries.indices.filter { problems[$0].isEmpty }, of: descriptor.mediaType)
    let digests = entries.reduce(into: [:]) { $0[$1.descriptor.digest, default: 0] += 1 }
    let images = Set(entries.filter { $0.runnablePlatform != nil }.map(\.descriptor.digest))
    var findings: [Finding] = []
    for (position, entry) in entries.enumerated() {
      let digest = entry.descriptor.digest
      if let image = entry.descriptor.attestedImage, digests[image] == nil {
        problems[position].append(.lostAttestation(of: image))
      }
      if let problem = contest.problems[position] { problems[position].append(problem) }
      let isAlone = digests[digest] == 1
      let leavesImages = !images.subtracting([digest]).isEmpty
      findings += problems[position].map {
        Finding($0, entry, hasOwnDigest: isAlone, isRemovable: isAlone && leavesImages)
      }
    }
    let (missing, others) = expected.difference(from: statedPlatforms)
    if !missing.isEmpty || !others.isEmpty { findings.append(Finding(.platforms(missing: missing, others: others))) }
    if case .list = content, findings.isEmpty, images.isEmpty { findings.append(Finding(.noImage)) }
    return findings
  }

  /// Not every engine looks for the platform of an entry in the config of its image.
  private var statedPlatforms: [Platform] {
    if case .list = content { return entries.compactMap(\.descriptor.runnablePlatform) }
    return entries.compactMap(\.runnablePlatform)
  }

  /// What is wrong with an entry alone.
  ///
  /// - Parameter platforms: Of all entries.
  private func ownProblems(of entry: InspectedEntry, _ platforms: ListedPlatforms) -> [Finding.Problem] {
    if let problem = entry.problem { return [.unusable(problem)] }
    let config = entry.image?.configPlatform
    let rival = config.flatMap { platforms.rival(of: entry, for: $0) }
    if entry.descriptor.hasIncompletePlatform || entry.descriptor.hasHalfUnknownPlatform
      || descriptor.mediaType == .dockerList && config != nil && entry.descriptor.lacksPlatform
    {
      return [.incompletePlatform(config: config, rival: rival)]
    }
    if case .list = entry.content { return [.listInList] }
    let listed = entry.descriptor.runnablePlatform
    let type = entry.descriptor.mediaType
    if listed != nil, !MediaType.manifests.contains(type) { return [.unusable(ManifestError.otherType(type))] }
    var problems: [Finding.Problem] = []
    // Without a platform, an entry of a list is for other programs.
    let isImage = if case .image = content { true } else { entry.runnablePlatform != nil }
    if isImage, let reason = entry.image?.notRunnable { problems.append(.notRunnable(reason)) }
    // The config may state the version that the entry should have.
    let isCorrectable = rival == nil && listed?.hasUnknownVersion == true && config?.osVersion != nil
    if let unknown = listed?.spelled.unknownWord, !isCorrectable || config?.unknownWord != nil {
      problems.append(.unknownPlatform(unknown))
    } else if let listed, let config, !listed.agrees(with: config) {
      problems.append(.otherPlatform(listed: listed, config: config, rival: rival))
    } else if let listed, let problem = platforms.problem(ofSpelling: listed, entry) {
      problems.append(problem)
    }
    return problems
  }

  /// The layers that the store should have, each once and with the first image that has it.
  var layers: [(layer: Descriptor, of: InspectedEntry)] {
    var seen: Set<SizedBlob> = []
    return entries.flatMap { entry in
      (entry.image?.content?.layers ?? []).filter { layer in
        !layer.isForeign && seen.insert(SizedBlob(digest: layer.digest, size: layer.size)).inserted
      }
      .map { ($0, entry) }
    }
  }

  /// The configs of attestations and other artifacts, which are not read. Who copies the list needs them.
  var unreadConfigs: [(config: Descriptor, of: InspectedEntry)] {
    entries.compactMap { entry in
      guard let image = entry.image else { return nil }
      let isOther = if case .config? = image.notRunnable { true } else { false }
      return isOther || entry.descriptor.attestedImage != nil ? (image.config, entry) : nil
    }
  }
}

/// The platforms of a list's entries.
private struct ListedPlatforms {
  /// How many entries state each, in any spelling.
  private var counts: [Platform: Int] = [:]
  /// Those that an entry has in the spelling that all engines find.
  private var found: Set<Platform> = []
  /// How many entries do not state the platform of their config.
  private var unstated: [Platform: Int] = [:]

  init(_ entries: [InspectedEntry]) {
    for entry in entries {
      if let platform = entry.descriptor.runnablePlatform {
        let spelled = platform.spelled
        counts[spelled.normalized, default: 0] += 1
        if spelled == platform { found.insert(spelled.normalized) }
      } else if entry.descriptor.lacksPlatform, let platform = entry.image?.configPlatform {
        unstated[platform.normalized, default: 0] += 1
      }
    }
  }

  func rival(of entry: InspectedEntry, for platform: Platform) -> Finding.Rival? {
    counts[platform.normalized] != nil ? .stated : unstatedRival(of: entry, for: platform)
  }

  private func unstatedRival(of entry: InspectedEntry, for platform: Platform) -> Finding.Rival? {
    let own = entry.descriptor.lacksPlatform ? 1 : 0
    return unstated[platform.normalized, default: 0] > own ? .unstated : nil
  }

  /// Of several entries that all have other spellings, only one can get the right one: `PlatformContest` decides first.
  func problem(ofSpelling platform: Platform, _ entry: InspectedEntry) -> Finding.Problem? {
    let spelled = platform.spelled
    guard spelled != platform, spelled.unknownWord == nil else { return nil }
    let isTaken = found.contains(spelled.normalized)
    guard isTaken || counts[spelled.normalized] == 1 else { return nil }
    return .otherSpelling(of: spelled, rival: isTaken ? .stated : unstatedRival(of: entry, for: spelled))
  }
}

/// The size that a descriptor says is a part of what is looked for.
private struct SizedBlob: Hashable {
  let digest: Digest
  let size: Int64
}

extension Platform {
  /// A config without a variant says nothing about it. Windows compares the version too, where both are stated.
  fileprivate func agrees(with config: Platform) -> Bool {
    var completed = config
    if config.variant == nil, config.architecture == spelled.architecture { completed.variant = spelled.variant }
    guard spelled.isSame(as: completed) else { return false }
    let (one, other) = (normalized.osVersion, config.normalized.osVersion)
    return one == nil || other == nil || one == other
  }
}
