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
  /// These entries with new images: each takes the place of all that are for the same platform, or is added at the end.
  /// Attestations go and come with their images: those that come take the place of all that their image had. An image that
  /// is there already stays as it is, except for what is wrong in its entry: see `ListEntry.corrected(by:)`.
  func adding(_ new: [ListEntry]) -> [ListEntry] {
    let images = new.filter { $0.descriptor.runnablePlatform != nil }
    let positions = positionsOfPlatforms
    var (kept, added): ([ListEntry], [ListEntry]) = (self, [])
    var replaced: Set<Digest> = []
    var taken: Set<Int> = []
    for image in images {
      let platform = image.descriptor.runnablePlatform
      guard let position = positionWithoutVersion(of: image) ?? platform.flatMap({ positions[$0.normalized] }) else {
        added.append(image)
        continue
      }
      taken.insert(position)
      let old = self[position]
      let isSame = old.descriptor.digest == image.descriptor.digest
      kept[position] = isSame ? old.corrected(by: image) : image
      if !isSame { replaced.insert(old.descriptor.digest) }
    }
    let platforms = Set(images.compactMap(\.descriptor.runnablePlatform?.normalized))
    let further = indices.filter { index in
      guard let platform = self[index].descriptor.runnablePlatform, !taken.contains(index) else { return false }
      return platforms.contains(platform.normalized)
    }
    replaced.formUnion(further.map { self[$0].descriptor.digest })
    for index in further.reversed() { kept.remove(at: index) }
    let own = Set(images.map(\.descriptor.digest))
    let others = new.filter { entry in
      entry.descriptor.runnablePlatform == nil && !(entry.descriptor.attestedImage.map(own.contains) ?? false)
    }
    let attestations = Attestations(of: own, in: new)
    kept.removeAttestations(of: replaced)
    kept.removeAll(where: attestations.replace)
    var present = Set(kept.map(\.descriptor.digest))
    let all = (kept + added).flatMap { entry in
      [entry] + attestations.of(entry).filter { present.insert($0.descriptor.digest).inserted }
    }
    return all + others.filter { !present.contains($0.descriptor.digest) }
  }

  /// The platforms of new images for which there are several, and what these are.
  func severalReplaced(by new: [ListEntry]) -> [(platform: Platform, digests: [Digest])] {
    let digests = Dictionary(grouping: map(\.descriptor), by: \.runnablePlatform?.normalized).mapValues {
      $0.map(\.digest)
    }
    return new.compactMap { image in
      guard let platform = image.descriptor.runnablePlatform, let old = digests[platform.normalized] else { return nil }
      var seen: Set = [image.descriptor.digest]
      let replaced = old.filter { seen.insert($0).inserted }
      return old.count > 1 && !replaced.isEmpty ? (platform, replaced) : nil
    }
  }

  /// The first entry for each platform, in any spelling. An entry whose variant does not exist (s390x/v8) is for another
  /// platform only if no other entry is for that one.
  private var positionsOfPlatforms: [Platform: Int] {
    var positions: [Platform: Int] = [:]
    let platforms = enumerated().compactMap { position, entry in
      entry.descriptor.runnablePlatform.map { (platform: $0, position: position) }
    }
    let (stated, spelled) = (platforms.map(\.platform.normalized), platforms.map(\.platform.spelled.normalized))
    for (platform, found) in zip(stated + spelled, platforms + platforms) where positions[platform] == nil {
      positions[platform] = found.position
    }
    return positions
  }

  /// An image of Windows is the same with and without its version, or with one that is none.
  private func positionWithoutVersion(of image: ListEntry) -> Int? {
    guard let platform = image.descriptor.runnablePlatform, platform.osVersion != nil else { return nil }
    return firstIndex { entry in
      guard entry.descriptor.digest == image.descriptor.digest, let old = entry.descriptor.runnablePlatform else {
        return false
      }
      return old.lacksVersion && old.isSame(as: platform)
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
}

/// Attestations that come with their images.
private struct Attestations {
  private var entries: [Digest: [ListEntry]] = [:]

  init(of images: Set<Digest>, in new: [ListEntry]) {
    for entry in new {
      guard let image = entry.descriptor.attestedImage, images.contains(image) else { continue }
      entries[image, default: []].append(entry)
    }
  }

  func of(_ image: ListEntry) -> [ListEntry] {
    image.descriptor.runnablePlatform == nil ? [] : entries[image.descriptor.digest] ?? []
  }

  /// True if the entry is an attestation of an image that comes with others.
  func replace(_ entry: ListEntry) -> Bool {
    guard let new = entry.descriptor.attestedImage.flatMap({ entries[$0] }) else { return false }
    return !new.contains { $0.descriptor.digest == entry.descriptor.digest }
  }
}

extension ListEntry {
  /// The entry with the type and the size of the image that it refers to, which has been read, and its platform in a spelling
  /// that every engine finds, with a version of Windows if it has none.
  fileprivate func corrected(by image: ListEntry) -> ListEntry {
    var platform = descriptor.platform?.spelled
    if platform?.os == "windows", platform?.lacksVersion == true {
      platform?.osVersion = image.descriptor.platform?.osVersion
    }
    var entry = self
    entry.descriptor.platform = platform
    (entry.descriptor.mediaType, entry.descriptor.size) = (image.descriptor.mediaType, image.descriptor.size)
    return entry
  }
}

extension Platform {
  /// True if it states no version of the operating system, or one that is none.
  fileprivate var lacksVersion: Bool { osVersion == nil || hasUnknownVersion }
}
