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
      findings += ownFindings(of: entry).map { Finding($0, entry) }
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
    if case .list = content, findings.isEmpty, platforms.isEmpty { findings.append(Finding(.noImage)) }
    return findings
  }

  /// What is wrong with an entry alone.
  private func ownFindings(of entry: InspectedEntry) -> [Finding.Problem] {
    if let problem = entry.problem { return [.unusable(problem)] }
    if entry.descriptor.hasIncompletePlatform { return [.incompletePlatform] }
    if case .list = entry.content { return [.listInList] }
    let (listed, image) = (entry.descriptor.runnablePlatform, entry.image)
    let type = entry.descriptor.mediaType
    if listed != nil, !MediaType.manifests.contains(type) { return [.unusable(ManifestError.otherType(type))] }
    var findings: [Finding.Problem] = []
    // Without a platform, an entry of a list is for other programs.
    let isImage = if case .image = content { true } else { entry.runnablePlatform != nil }
    if isImage, let reason = image?.notRunnable { findings.append(.notRunnable(reason)) }
    if let listed, let config = image?.configPlatform, !listed.agrees(with: config) {
      findings.append(.otherPlatform(listed: listed, config: config))
    }
    return findings
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
}

/// The size that a descriptor says is a part of what is looked for.
private struct SizedBlob: Hashable {
  let digest: Digest
  let size: Int64
}

extension Platform {
  /// Windows compares the version too, where both are stated.
  fileprivate func agrees(with config: Platform) -> Bool {
    guard isSame(as: config) else { return false }
    let (one, other) = (normalized.osVersion, config.normalized.osVersion)
    return one == nil || other == nil || one == other
  }
}
