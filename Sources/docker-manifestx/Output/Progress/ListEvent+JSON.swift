import JSON
import ManifestLists
import OCI
import OCIRegistry
import Transfer

extension ListEvent {
  /// Nil for what is an ordinary message.
  var json: (event: ProgressEvent, members: KeyValuePairs<String, JSONValue?>)? {
    switch self {
    case .resolved(let entry):
      (.resolved, ["image": .string("\(entry)"), "platform": entry.descriptor.platformMember, "digest": entry.digest])
    case .assembled(let list):
      (
        .assembled,
        [
          "digest": .string("\(list.manifest.digest)"), "mediaType": .string("\(list.manifest.mediaType)"),
          "platforms": .array(list.entries.compactMap(\.descriptor.platformMember)),
        ]
      )
    case .planned(let plan):
      (
        .planned,
        [
          "source": .string("\(plan.copy.source)"), "repository": .string("\(plan.copy.target)"),
          "images": .integer(Int64(plan.copy.count)), "blobs": .integer(Int64(plan.blobs.count)),
          "size": .bytes(plan.blobs.reduce(0) { $0 + Double($1.size) }),
        ]
      )
    case .tagged(let kept): (.tagged, ["name": .string("\(kept.name)")])
    case .putting(let name): (.publishing, ["name": .string("\(name)")])
    case .put(let name): (.published, ["name": .string("\(name)")])
    case .alreadyThere(let name): (.unchanged, ["name": .string("\(name)")])
    case .waiting(let name, let timeout, let error):
      (
        .waiting,
        [
          "name": .string("\(name)"), "seconds": .integer(timeout.components.seconds),
          "message": .string(PrintableText.line("\(error)")),
        ]
      )
    case .leftOut(let source): (.leftOut, ["image": .string("\(source)")])
    case .publishingAgain(let change):
      (.publishingAgain, ["new": .names(change.new), "changed": .names(change.moved), "deleted": .names(change.gone)])
    case .waitingForImages(let names, let timeout):
      (.waiting, ["missing": .array(names.map(JSONValue.string)), "seconds": .integer(timeout.components.seconds)])
    case .tagging, .accepted, .transfer, .warning, .note: nil
    }
  }
}

extension TransferEvent {
  /// Nil for what is counted, and printed from time to time or at the end.
  func json(_ target: Store) -> (ProgressEvent, KeyValuePairs<String, JSONValue?>)? {
    switch self {
    case .planned(let blobs):
      let size = blobs.reduce(0) { $0 + Double($1.size) }
      return (
        .copying,
        ["repository": .string("\(target)"), "blobs": .integer(Int64(blobs.count)), "size": .bytes(size)]
      )
    case .finished(let blob, let outcome):
      return (
        .blobFinished,
        [
          "repository": .string("\(target)"), "digest": .string("\(blob.digest)"), "size": .integer(blob.size),
          "outcome": .string("\(outcome)"),
        ]
      )
    case .moved, .completed: return nil
    }
  }
}

extension Console {
  /// How far each blob in transit is.
  func emit(_ transfers: TransferProgress) {
    for (place, blob) in transfers.inTransit {
      emit(
        .blobProgress,
        [
          "repository": .string("\(place.target)"), "digest": .string("\(place.digest)"),
          "size": .integer(blob.descriptor.size), "moved": .bytes(blob.moved),
        ]
      )
    }
  }

  /// The end of all copies to a repository or layout.
  func emit(_ copy: TargetCopy, _ target: Store, _ now: Duration) {
    func count(_ outcome: BlobOutcome) -> JSONValue { .integer(Int64(copy.finished[outcome]?.blobs ?? 0)) }
    emit(
      .copied,
      [
        "repository": .string("\(target)"), "copied": count(.copied), "mounted": count(.mounted),
        "present": count(.present), "moved": .bytes(copy.finished[.copied]?.bytes ?? 0),
        "seconds": .real(((now - copy.began) / .milliseconds(1)).rounded() / 1000),
      ]
    )
  }
}

extension JSONValue {
  fileprivate static func names(_ places: [Place]) -> JSONValue { .array(places.map { .string("\($0)") }) }

  /// A whole number as far as it is one.
  fileprivate static func bytes(_ count: Double) -> JSONValue { Int64(exactly: count).map(integer) ?? .real(count) }
}

extension ListEntry {
  fileprivate var digest: JSONValue { .string("\(descriptor.digest)") }
}

extension Descriptor {
  fileprivate var platformMember: JSONValue? { runnablePlatform.map { .string(PrintableText.line("\($0)")) } }
}
