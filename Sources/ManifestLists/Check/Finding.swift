import OCI

/// Something that is wrong with a list or an image: a pull fails, or gets another image than it should.
package struct Finding: Sendable {
  package enum Problem: Sendable {
    /// What is behind an entry is missing, or is not what the entry says.
    case unusable(any Error)
    /// There is an image for no platform.
    case noImage
    /// What is behind an entry for a platform, or behind the name itself, is no image that engines can run.
    case notRunnable(NotRunnable)
    /// The list states another platform than the config of the image.
    /// `rival`: Of the platform of the config.
    case otherPlatform(listed: Platform, config: Platform, rival: Rival?)
    /// The entry states a part of a platform. Not every engine finds it. `config`: The platform of its config; nil if that
    /// states none.
    case incompletePlatform(config: Platform?, rival: Rival?)
    /// The entry states its platform in a spelling that not every engine finds, and all find this one.
    case otherSpelling(of: Platform, rival: Rival?)
    /// No engine has a machine with this platform.
    case unknownPlatform(PlatformError)
    /// Engines take the other entry for this platform.
    case samePlatform(as: Digest)
    /// The list has the same image for this platform twice.
    case twice
    /// Engines take it only on a machine that states these features of the operating system.
    case osFeatures([String])
    /// A layer is missing.
    case noBlob(any Error)
    /// A layer has another size than its descriptor says.
    case damagedBlob(any Error)
    /// The image of an attestation is not in the list.
    case lostAttestation(of: Digest)
    /// The list has not exactly the expected platforms.
    case platforms(missing: [Platform], others: [Platform])
    /// An entry is itself a list, which is not checked.
    case listInList
    /// The list has more entries than are checked.
    case tooManyEntries(limit: Int)
  }

  /// Another entry for the platform that the entry should state. `annotate` does not give a platform to two of them.
  package enum Rival: Sendable {
    /// It states the platform.
    case stated
    /// The config of its image alone states it.
    case unstated
  }

  package let problem: Problem
  /// The entry that it is about; nil for the list as a whole.
  package let entry: InspectedEntry?
  /// False if other entries have its digest, so that a command that names the digest would change them, too.
  package let hasOwnDigest: Bool
  /// True if the list has the other images without it.
  package let isRemovable: Bool

  init(_ problem: Problem, _ entry: InspectedEntry? = nil, hasOwnDigest: Bool = true, isRemovable: Bool = false) {
    (self.problem, self.entry) = (problem, entry)
    (self.hasOwnDigest, self.isRemovable) = (hasOwnDigest, isRemovable)
  }
}

/// The result of a check.
package struct CheckedName: Sendable {
  package let place: Place
  /// What the name refers to.
  package let digest: Digest
  /// In the order of the list. Empty if everything is right.
  package let findings: [Finding]
  /// How many layers were looked for, each once.
  package let blobCount: Int
  package let imageCount: Int
}
