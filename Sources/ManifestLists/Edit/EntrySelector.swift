import OCI
import OCIRegistry
import Transfer

/// What a name of an entry stands for: an image's name has been read.
struct EntrySelector: Sendable {
  let name: EntryName
  /// Of manifests. Empty for a platform.
  private let digests: Set<Digest>

  init(_ name: EntryName, _ stores: OpenStores) async throws {
    self.name = name
    switch name {
    case .platform: digests = []
    case .digest(let digest): digests = [digest]
    case .image(let place):
      digests = try await stores.source(place.store).manifest(stores.name(of: place)) { manifest in
        guard case .index(let found) = try FoundManifest(manifest) else { return [manifest.digest] }
        return Set([manifest.digest] + found.index.manifests.map(\.digest))
      }
    }
  }

  /// The positions of the entries that are meant, without the attestations of images in the list.
  ///
  /// - Throws: `EditError` if there are none.
  func positions(in entries: [ListEntry], of list: Place) throws(EditError) -> [Int] {
    let found = entries.indices.filter { matches(entries[$0].descriptor) }
    if found.isEmpty { throw .notInList(name, list, has: entries.map(\.descriptor)) }
    let listed = Set(entries.map(\.descriptor.digest))
    // An attestation whose image is not there can be removed alone.
    let images = found.filter { entries[$0].descriptor.attestedImage.map(listed.contains) != true }
    if images.isEmpty { throw .attestation(name, of: entries[found[0]].descriptor.attestedImage) }
    return images
  }

  private func matches(_ entry: Descriptor) -> Bool {
    if case .platform(let platform) = name {
      guard let found = entry.runnablePlatform, found.isSame(as: platform) else { return false }
      return platform.osVersion == nil || platform.osVersion == found.osVersion
    }
    return digests.contains(entry.digest)
  }
}
