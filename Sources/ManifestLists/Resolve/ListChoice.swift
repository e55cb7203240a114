import OCI

/// Which entry of a list a program takes, and why.
package struct ListChoice: Sendable {
  package struct Candidate: Hashable, Sendable {
    package let entry: Descriptor
    package let rule: PlatformChoice.Rule
  }

  /// What another program takes from the same list.
  package struct OtherChoice: Hashable, Sendable {
    package let puller: ImagePuller
    /// The one that it looks for.
    package let platform: Platform
    /// Nil if it takes none.
    package let entry: Descriptor?
  }

  package let platform: Platform
  /// The platforms that the program looks for, the best one first.
  package let preferences: [Platform]
  /// Those that the program can take, in its order. The first one is taken. At most `shownCount`.
  package let candidates: [Candidate]
  /// The platforms of the other images. At most `shownCount`.
  package let others: [Platform]
  /// What each of the programs takes, this one included.
  package let choices: [OtherChoice]

  /// Lists can be of any length.
  static let shownCount = 20

  /// Nil if there is no entry for the platform.
  ///
  /// - Parameter type: Of the list.
  package init?(from entries: [Descriptor], of type: MediaType, by puller: ImagePuller, for target: PullTarget) {
    platform = target.platform(for: puller)
    preferences = puller.preferences(for: platform)
    let found = puller.candidates(from: entries, of: type, for: platform, limit: Self.shownCount)
    guard !found.isEmpty else { return nil }
    candidates = found.map { Candidate(entry: entries[$0.position], rule: $0.rule) }
    let taken = Set(found.map(\.position))
    others = Self.platforms(of: entries.indices.filter { !taken.contains($0) }.map { entries[$0] })
    choices = ImagePuller.allCases.map { other in
      let platform = target.platform(for: other)
      let choice = other.choice(from: entries, of: type, for: platform)
      return OtherChoice(puller: other, platform: platform, entry: choice.map { entries[$0.position] })
    }
  }

  package var entry: Descriptor { candidates[0].entry }
  package var rule: PlatformChoice.Rule { candidates[0].rule }

  /// True if the programs do not all take the same image.
  package var differs: Bool { Set(choices.map(\.entry?.digest)).count > 1 }

  /// Each once, and with the version of Windows.
  static func platforms(of entries: [Descriptor]) -> [Platform] {
    var seen: Set<String> = []
    var platforms: [Platform] = []
    for platform in entries.lazy.compactMap(\.runnablePlatform) where platforms.count < shownCount {
      if seen.insert(platform.withVersion).inserted { platforms.append(platform) }
    }
    return platforms
  }
}
