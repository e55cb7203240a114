import OCI

extension Inspection {
  /// What is wrong, as far as manifests and configs tell.
  ///
  /// - Parameter expected: The platforms that there should be; empty for any.
  func findings(expecting expected: [Platform]) -> [Finding] {
    var findings: [Finding] = []
    if case .list(let list) = content, !list.isReadWhole {
      findings.append(Finding(.tooManyEntries(limit: IndexChildren.maximumCount)))
    }
    let digests = Set(entries.map(\.descriptor.digest))
    var first: [Platform: Digest] = [:]
    for entry in entries {
      findings += entry.ownFindings.map { Finding($0, entry) }
      if let image = entry.descriptor.attestedImage, !digests.contains(image) {
        findings.append(Finding(.lostAttestation(of: image), entry))
      }
      guard let platform = entry.runnablePlatform?.normalized else { continue }
      if let other = first[platform] { findings.append(Finding(.samePlatform(as: other), entry)) }
      first[platform] = first[platform] ?? entry.descriptor.digest
    }
    let platforms = entries.compactMap(\.runnablePlatform)
    let (missing, others) = expected.difference(from: platforms)
    if !missing.isEmpty || !others.isEmpty { findings.append(Finding(.platforms(missing: missing, others: others))) }
    return findings
  }

  /// The layers that the store should have, each once and with the first image that has it.
  var layers: [(layer: Descriptor, of: InspectedEntry)] {
    var seen: Set<Digest> = []
    return entries.flatMap { entry in
      (entry.image?.content?.layers ?? []).filter { !$0.isForeign && seen.insert($0.digest).inserted }
        .map { ($0, entry) }
    }
  }
}

extension InspectedEntry {
  /// What is wrong with the entry alone.
  fileprivate var ownFindings: [Finding.Problem] {
    if let problem { return [.unusable(problem)] }
    if descriptor.hasIncompletePlatform { return [.incompletePlatform] }
    if case .list = content { return [.listInList] }
    guard let listed = descriptor.runnablePlatform, let config = image?.configPlatform, !listed.agrees(with: config)
    else {
      return []
    }
    return [.otherPlatform(listed: listed, config: config)]
  }
}

extension Platform {
  /// Windows compares the version too, where both are stated.
  fileprivate func agrees(with config: Platform) -> Bool {
    guard isSame(as: config) else { return false }
    let (one, other) = (normalized.osVersion, config.normalized.osVersion)
    return one == nil || other == nil || one == other
  }
}
