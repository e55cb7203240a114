import OCI
import OCIRegistry
import Transfer

/// What a name of an entry stands for: an image's name has been read.
struct EntrySelector: Sendable {
  let name: EntryName
  /// Of manifests. Empty for a platform.
  private var digests: Set<Digest> = []
  /// Why the name of an image stands for nothing: there is no such image.
  private var missing: (any Error)?

  /// - Throws: What the store of an image throws, unless it says that there is no such image.
  init(_ name: EntryName, _ stores: OpenStores) async throws {
    self.name = name
    switch name {
    case .platform: break
    case .digest(let digest): digests = [digest]
    case .image(let place):
      do {
        digests = try await stores.source(place.store).manifest(stores.name(of: place)) { manifest in
          guard case .index(let found) = try FoundManifest(manifest) else { return [manifest.digest] }
          return Set([manifest.digest] + found.index.manifests.map(\.digest))
        }
      } catch  where error.saysNoSuchImage { missing = error }
    }
  }

  /// The positions of the entries that are meant, without the attestations of images in the list.
  ///
  /// - Throws: `EditError` if there are none; `PlatformError` if a platform has an unknown word, too.
  func positions(in entries: [ListEntry], of list: Place) throws -> [Int] {
    let descriptors = entries.map(\.descriptor)
    if let missing { throw EditError.noSuchImage(missing, list, has: descriptors) }
    let found = matches(descriptors)
    if found.isEmpty {
      if case .platform(let platform) = name, platform.isRunnable, let unknown = platform.unknownWord { throw unknown }
      throw EditError.notInList(name, list, has: descriptors)
    }
    let listed = Set(entries.map(\.descriptor.digest))
    // An attestation whose image is not there can be removed alone.
    let images = found.filter { entries[$0].descriptor.attestedImage.map(listed.contains) != true }
    if images.isEmpty { throw EditError.attestation(name, of: entries[found[0]].descriptor.attestedImage) }
    return images
  }

  private func matches(_ entries: [Descriptor]) -> [Int] {
    if case .platform(let platform) = name { return platform.positions(in: entries.map(\.runnablePlatform)) }
    return entries.indices.filter { digests.contains(entries[$0].digest) }
  }
}
