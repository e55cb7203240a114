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
    case otherPlatform(listed: Platform, config: Platform)
    /// The entry states a part of a platform. No engine finds it.
    case incompletePlatform
    /// Engines take the other entry for this platform.
    case samePlatform(as: Digest)
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

  package let problem: Problem
  /// The entry that it is about; nil for the list as a whole.
  package let entry: InspectedEntry?

  init(_ problem: Problem, _ entry: InspectedEntry? = nil) { (self.problem, self.entry) = (problem, entry) }
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
