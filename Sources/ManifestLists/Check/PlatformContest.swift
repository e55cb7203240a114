import OCI

/// Which of the entries for one platform engines take. It is containerd's choice, as for `resolve`.
struct PlatformContest {
  /// What is wrong with the entries that are not taken, by their position.
  private(set) var problems: [Int: Finding.Problem] = [:]
  private let type: MediaType

  /// - Parameters:
  ///   - entries: Of the list.
  ///   - positions: Of the entries that can be used. The others have problems of their own.
  ///   - type: Of the list.
  init(_ entries: [InspectedEntry], _ positions: [Int], of type: MediaType) {
    self.type = type
    var rivals: [Platform: [Int]] = [:]
    for position in positions {
      guard let platform = entries[position].runnablePlatform?.spelled.normalized else { continue }
      rivals[platform, default: []].append(position)
    }
    for (platform, positions) in rivals { decide(entries, positions, for: platform) }
    if type.isIndex { findUnstated(entries, positions) }
  }

  /// Of the entries without a platform, engines take the first one, for every platform that no other entry fits.
  private mutating func findUnstated(_ entries: [InspectedEntry], _ positions: [Int]) {
    let descriptors = positions.map { entries[$0].descriptor }
    for position in positions where problems[position] == nil && entries[position].descriptor.lacksPlatform {
      guard let platform = entries[position].runnablePlatform else { continue }
      let choice = ImagePuller.containerd.choice(from: descriptors, of: type, for: platform)
      if choice.map({ positions[$0.position] }) != position {
        problems[position] = .incompletePlatform(config: platform, rival: nil)
      }
    }
  }

  private mutating func decide(_ entries: [InspectedEntry], _ positions: [Int], for platform: Platform) {
    let descriptors = positions.map { entries[$0].descriptor }
    let choice = ImagePuller.containerd.choice(from: descriptors, of: type, for: platform)
    let taken = choice?.position ?? 0
    var hasPodmans = false
    for (position, descriptor) in zip(positions, descriptors) where position != positions[taken] {
      if type == .ociIndex, !hasPodmans, descriptor.isPodmans(beside: descriptors[taken]) {
        hasPodmans = true
        continue
      }
      problems[position] =
        descriptor.digest == descriptors[taken].digest ? .twice : .samePlatform(as: descriptors[taken].digest)
    }
    // On Linux, no machine states features.
    if choice == nil, let features = descriptors[taken].platform?.osFeatures, !features.isEmpty {
      problems[positions[taken]] = .osFeatures(features)
    }
  }
}
