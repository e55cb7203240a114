import OCI
import OCILayout
import OCIRegistry
import Transfer

/// A list that is about to be edited, as it is in its registry or layout.
struct CurrentList: Sendable {
  let found: FoundIndex
  let entries: [ListEntry]

  /// - Returns: Nil if there is nothing of this name.
  /// - Throws: `EditError.notAList`, and what the store throws.
  static func read(_ name: Place, _ stores: OpenStores) async throws -> CurrentList? {
    do {
      let manifest = try await stores.source(name.store).manifest(stores.name(of: name)) { try FoundManifest($0) }
      guard case .index(let found) = manifest else { throw EditError.notAList(name) }
      return CurrentList(found, name)
    } catch let error as LayoutError where error.saysNoSuchImage {
      return nil
    } catch RegistryError.notFound {
      // Not a 404 of any web server: a list would be made from nothing in the place of one that is there.
      return nil
    } catch let error as ManifestError { throw EditError.badList(name, error) }
  }

  private init(_ found: FoundIndex, _ name: Place) {
    self.found = found
    let source = Source("\(name)", name, reading: .list)
    entries = found.index.manifests.map { descriptor in
      ListEntry(source: source, place: name.manifest(descriptor.digest), descriptor: descriptor, origin: .index)
    }
  }
}

extension [ListEntry] {
  /// These entries with new images: each takes the place of the one for the same platform, or is added at the end.
  /// Attestations go and come with their images. An image that is there already stays as it is, except for a spelling of its
  /// platform that not every engine finds.
  func adding(_ new: [ListEntry]) -> [ListEntry] {
    var result = self
    var last: [ListEntry] = []
    let images = new.filter { $0.descriptor.runnablePlatform != nil }
    for image in images {
      let attestations = new.filter { $0.descriptor.attestedImage == image.descriptor.digest }
      // An entry whose variant does not exist (s390x/v8) is for no other platform.
      let same = result.firstIndex { $0.isForSamePlatform(as: image) }
      guard let index = same ?? result.firstIndex(where: { $0.withSpelledPlatform.isForSamePlatform(as: image) }) else {
        last += [image] + attestations
        continue
      }
      let old = result[index]
      if old.descriptor.digest != image.descriptor.digest {
        result[index] = image
        result.removeAttestations(of: [old.descriptor.digest])
      } else {
        result[index] = old.withSpelledPlatform
      }
      let position = result.firstIndex { $0.descriptor.digest == image.descriptor.digest } ?? index
      result.insert(contentsOf: attestations.filter { !result.contains($0.descriptor.digest) }, at: position + 1)
    }
    let digests = Set(images.map(\.descriptor.digest))
    let others = new.filter { entry in
      entry.descriptor.runnablePlatform == nil && !(entry.descriptor.attestedImage.map(digests.contains) ?? false)
    }
    return result
      + (last + others).filter { entry in
        entry.descriptor.runnablePlatform != nil || !result.contains(entry.descriptor.digest)
      }
  }

  /// These entries without some of them, and without their attestations.
  func removing(at positions: Set<Int>) -> [ListEntry] {
    var result = enumerated().filter { !positions.contains($0.offset) }.map(\.element)
    result.removeAttestations(of: Set(positions.map { self[$0].descriptor.digest }))
    return result
  }

  /// Those of images that are still there under another entry are kept.
  private mutating func removeAttestations(of images: Set<Digest>) {
    let gone = images.subtracting(map(\.descriptor.digest))
    removeAll { entry in entry.descriptor.attestedImage.map(gone.contains) ?? false }
  }

  private func contains(_ digest: Digest) -> Bool { contains { $0.descriptor.digest == digest } }
}

extension ListEntry {
  fileprivate var withSpelledPlatform: ListEntry {
    var entry = self
    entry.descriptor.platform = descriptor.platform?.spelled
    return entry
  }

  fileprivate func isForSamePlatform(as other: ListEntry) -> Bool {
    guard let mine = descriptor.runnablePlatform, let theirs = other.descriptor.runnablePlatform else { return false }
    return mine.normalized == theirs.normalized
  }
}
