import OCI

/// Which images of an index become entries of the list.
package struct ImageSelection: Hashable, Sendable {
  /// Empty for all.
  package var platforms: [Platform] = []
  package var includesAttestations = true

  package init(platforms: [Platform] = [], includesAttestations: Bool = true) {
    self.platforms = platforms
    self.includesAttestations = includesAttestations
  }

  /// True if nothing is left out.
  package var isEverything: Bool { platforms.isEmpty && includesAttestations }

  /// The entries of an index that may be selected, as far as the index tells.
  func candidates(among entries: [Descriptor]) -> [Descriptor] {
    // An image can have several entries.
    let kept = Set(entries.filter(includes).map(\.digest))
    let leftOut = Set(entries.map(\.digest)).subtracting(kept)
    return entries.filter { entry in
      guard !entry.mediaType.isIndex else { return true }
      if entry.runnablePlatform != nil || entry.lacksPlatform { return includes(entry) }
      // The others are attestations, or for other programs.
      if entry.isAttestation, !includesAttestations { return false }
      return entry.attestedImage.map { !leftOut.contains($0) } ?? platforms.isEmpty
    }
  }

  /// The entries that are selected: no image for another platform, and no attestation without its image.
  func selected(among entries: [ListEntry]) -> [ListEntry] {
    if isEverything { return entries }
    let images = entries.filter { $0.descriptor.runnablePlatform != nil && includes($0.descriptor) }
    let kept = Set(images.map(\.descriptor.digest))
    return entries.filter { entry in
      guard entry.descriptor.runnablePlatform == nil else { return includes(entry.descriptor) }
      return entry.descriptor.attestedImage.map(kept.contains) ?? platforms.isEmpty
    }
  }

  /// False for an image for another platform. One whose platform is not known yet is included.
  func includes(_ image: Descriptor) -> Bool {
    guard !platforms.isEmpty, let platform = image.runnablePlatform?.spelled else { return true }
    return platforms.contains { platform.isSame(as: $0) }
  }

  /// The platforms that none of the entries is for.
  func missing(in entries: [ListEntry]) -> [Platform] {
    platforms.filter { wanted in !entries.contains { $0.descriptor.runnablePlatform?.isSame(as: wanted) == true } }
  }
}
