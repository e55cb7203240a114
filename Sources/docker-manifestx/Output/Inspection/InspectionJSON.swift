import JSON
import ManifestLists
import OCI
import OCIRegistry

/// An inspection for programs. The members are documented in docs/inspect.md: they are not renamed, and none is removed,
/// without another `formatVersion`.
struct InspectionJSON {
  static let formatVersion: Int64 = 1

  private let inspection: Inspection
  private let secrets: KnownSecrets

  init(_ inspection: Inspection, _ secrets: KnownSecrets) { (self.inspection, self.secrets) = (inspection, secrets) }

  /// The text of the document, which ends with a newline.
  var bytes: [UInt8] {
    switch inspection.content {
    case .unread: WorkflowCommands.document(redacted(common))
    case .image(let entry): WorkflowCommands.document(redacted(common.adding(Self.members(of: entry))))
    case .list(let list): text(redacted(common.adding(Self.members(of: list))), entries: list)
    }
  }

  private func redacted(_ json: JSONValue) -> JSONValue {
    json.redacted(by: secrets, keeping: ["\(inspection.place)"])
  }

  private var common: JSONValue {
    let descriptor = inspection.descriptor
    return .object([
      "formatVersion": .integer(Self.formatVersion),
      "name": .string("\(inspection.place)"),
      "digest": .string("\(descriptor.digest)"),
      "mediaType": .string("\(descriptor.mediaType)"),
      "size": .integer(descriptor.size),
    ])
  }

  /// Each entry is encoded alone: the JSON values of thousands of entries would take more memory than their text.
  private func text(_ object: JSONValue, entries list: InspectedList) -> [UInt8] {
    var bytes = object.encoded(indent: 2)
    bytes.removeLast("\n}".utf8.count)
    bytes += ",\n  \"entries\": [".utf8
    var attestations: [Digest: [InspectedEntry]] = [:]
    for entry in list.entries {
      if let image = entry.descriptor.attestedImage { attestations[image, default: []].append(entry) }
    }
    for (position, entry) in list.entries.enumerated() {
      bytes += (position == 0 ? "\n" : ",\n").utf8
      let lines = redacted(Self.json(of: entry, attestations.removeValue(forKey: entry.descriptor.digest) ?? []))
        .encoded(indent: 2)
      // No string in JSON contains a newline.
      for (number, line) in lines.split(separator: UInt8(ascii: "\n")).enumerated() {
        bytes += (number == 0 ? "    " : "\n    ").utf8
        bytes += line
      }
    }
    bytes += (list.entries.isEmpty ? "]\n}\n" : "\n  ]\n}\n").utf8
    return WorkflowCommands.disarmed(inJSON: bytes)
  }

  private static func members(of list: InspectedList) -> JSONValue {
    .object([
      "artifactType": list.artifactType.map { .string("\($0)") },
      "created": list.created.map(JSONValue.string),
      "annotations": list.annotations.json,
      "subject": list.subject?.json,
    ])
  }

  private static func members(of entry: InspectedEntry) -> JSONValue {
    let content = entry.image?.content
    let details = content?.details
    return .object([
      "artifactType": entry.image?.artifactType.map { .string("\($0)") },
      "created": entry.image?.created.map(JSONValue.string),
      "annotations": content?.annotations.json,
      "entries": .array([json(of: entry, entry.attestations)]),
      "config": entry.image?.config.json,
      "layers": content.map { .array($0.layers.map(\.json)) },
      "entrypoint": details?.entrypoint?.json,
      "cmd": details?.command?.json,
      "user": details?.user.map(JSONValue.string),
      "workingDir": details?.workingDirectory.map(JSONValue.string),
      "labels": details?.labels.json,
    ])
  }

  private static func json(of entry: InspectedEntry, _ attestations: [InspectedEntry]) -> JSONValue {
    let descriptor = entry.descriptor
    let isAttestation = descriptor.attestedImage != nil
    return .object([
      "platform": entry.runnablePlatform?.json,
      "digest": .string("\(descriptor.digest)"),
      "size": .integer(descriptor.size),
      "mediaType": .string("\(descriptor.mediaType)"),
      "artifactType": (entry.image?.artifactType ?? descriptor.artifactType).map { .string("\($0)") },
      "annotations": descriptor.annotations.json,
      "problem": entry.problem.map { .string($0.saysNoSuchImage ? "missing" : "damaged") },
      "problemText": entry.problem.map { .string(PrintableText.line("\($0)")) },
      "pullSize": entry.image.map { .integer($0.pullSize) },
      "layerCount": entry.image.map { .integer(Int64($0.layerCount)) },
      "created": entry.image?.created.map(JSONValue.string),
      "attestationOf": descriptor.attestedImage.map { .string("\($0)") },
      "predicateTypes": isAttestation ? entry.image?.predicateTypes.json : nil,
      "attestations": attestations.isEmpty ? nil : .array(attestations.map(attestation)),
      "referrers": entry.referrers.map { .array($0.manifests.map(\.json)) },
      "hasMoreReferrers": entry.referrers?.isComplete == false ? .bool(true) : nil,
    ])
  }

  private static func attestation(_ entry: InspectedEntry) -> JSONValue {
    .object([
      "digest": .string("\(entry.descriptor.digest)"),
      "predicateTypes": entry.image?.predicateTypes.json,
    ])
  }
}

extension JSONValue {
  /// An object with the members of both.
  fileprivate func adding(_ other: JSONValue) -> JSONValue {
    guard case .object(let own) = self, case .object(let added) = other else { return self }
    return .object(own + added)
  }
}

extension [String] {
  fileprivate var json: JSONValue { .array(map(JSONValue.string)) }
}

extension [String: String] {
  /// Nil if there are none.
  fileprivate var json: JSONValue? {
    if isEmpty { return nil }
    let shown = sorted { $0.key < $1.key }.prefix(jsonPairLimit)
    return .object(shown.map { JSONMember(name: $0.key, value: .string($0.value)) })
  }
}

/// Annotations or labels of one object. No tool makes so many, and a hostile registry could fill the memory with more.
private let jsonPairLimit = 10_000
