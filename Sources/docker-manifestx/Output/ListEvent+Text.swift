import ManifestLists
import OCI
import Transfer

extension Console {
  /// Shows what happens to a list.
  func show(_ event: ListEvent) {
    if case .transfer(let target, let event) = event { return show(event, to: target) }
    if form == .json, let (kind, members) = event.json { return emit(kind, members) }
    print(event)
  }

  private func print(_ event: ListEvent) {
    switch event {
    case .resolved(let entry):
      debug("\(entry) is for \(entry.platformText), \(entry.origin.words)")
    // The tables of several lists would come in any order.
    case .assembled(let list): if self.list == nil { progress(list.table) }
    case .planned(let plan): progress(plan.text)
    case .transfer, .tagging, .putting, .accepted: break
    case .tagged(let kept): progress("Tagged \(kept.name)")
    case .put(let name): progress("Published \(name)")
    case .alreadyThere(let name): progress("\(name) is already this list")
    case .waiting(_, let timeout, let error): progress("Waiting up to \(timeout.components.seconds) s: \(error)")
    case .leftOut(let source): progress("Left out: \(source) does not exist yet")
    case .publishingAgain(let change): progress("Publishing again: \(change.text)")
    case .waitingForImages(let names, let timeout):
      progress("Waiting up to \(timeout.components.seconds) s for \(names.joined(separator: ", "))")
    case .warning(let warning): self.warning("\(warning)")
    case .note(let note): progress(note.text)
    }
  }
}

extension Console {
  private func show(_ event: TransferEvent, to target: Store) {
    let noted = live?.note(event, to: target)
    if form == .json, let (kind, members) = event.json(target) { emit(kind, members) }
    switch event {
    case .planned(let blobs) where form == .lines:
      progress("Copying \(blobs.count) blobs (\(ByteCount(sum: blobs.map(\.size)))) to \(target)")
    case .finished(let blob, let outcome):
      if form == .lines, outcome == .copied, blob.size >= Self.largeBlob {
        progress("Copied \(blob.digest.short) (\(ByteCount(blob.size))) to \(target)")
      }
      debug("\(blob.digest): \(outcome)")
    case .completed:
      guard let noted, let copy = noted.copy else { return }
      if form == .json { return emit(copy, target, noted.now) }
      // What was shown of it makes place for the line.
      refresh()
      progress(copy.summary(target, noted.now))
    case .planned, .moved: break
    }
  }

  /// In bytes: what takes long enough to be worth a line.
  private static let largeBlob = 10_000_000
}

extension PlannedCopy {
  /// `Would copy 2 images (12 blobs, at most 120MB) from A to B`.
  fileprivate var text: String {
    let size = ByteCount(sum: blobs.map(\.size))
    return "Would copy \(copy.count.counted("image")) (\(blobs.count.counted("blob")), at most \(size)) "
      + "from \(copy.source) to \(copy.target)"
  }
}

extension SourceChange {
  /// `a:v1-arm64 was pushed, a:v1-amd64 has changed`.
  fileprivate var text: String {
    (new.map { "\($0) was pushed" } + moved.map { "\($0) has changed" } + gone.map { "\($0) was deleted" })
      .joined(separator: ", ")
  }
}

extension ListNote {
  fileprivate var text: String {
    switch self {
    case .annotationsMoved(let toEntries, let toList):
      "Images are not rewritten: "
        + [
          toEntries ? "annotations of the type manifest are put on the entries of the list" : nil,
          toList ? "annotations of the type index-descriptor are put on the list" : nil,
        ].compactMap(\.self).joined(separator: ", and ")
    case .changedByOthers(let name): "\(name) was changed by others in the meantime: starting over"
    case .keptTagsLeftOut(let tags):
      "Left out of the images of the pattern, because --keep-tags makes these tags: "
        + tags.map(\.description).joined(separator: ", ")
    case .ociIndex:
      """
      The list is an OCI index: a docker manifest list cannot have OCI images, annotations, an artifact type or a subject
      """
    }
  }
}

extension AssembledList {
  fileprivate var table: Table {
    Table(
      rows: entries.map { entry in
        [
          entry.platformText,
          "\(entry.descriptor.digest.short)",
          (entry.place.tag ?? entry.source.place.tag).map { "\($0)" } ?? "@\(entry.descriptor.digest.short)",
          "(\(entry.origin.words))",
        ]
      }
    )
  }
}

extension ListEntry {
  fileprivate var platformText: String {
    if descriptor.attestedImage != nil { return "attestation" }
    return descriptor.platform?.distinctName ?? "-"
  }
}

extension PlatformOrigin {
  fileprivate var words: String {
    switch self {
    case .assigned: "from --platform"
    case .tag: "from the tag"
    case .path: "from the repository's name"
    case .config: "from the image"
    case .index: "from the index"
    case .tagAndConfig: "tag and image agree"
    }
  }
}
