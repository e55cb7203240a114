import JSON
import ManifestLists
import OCI
import OCIRegistry

/// An inspection for programs. The members are documented in docs/inspect.md: they are not renamed, and none is removed,
/// without another `formatVersion`.
struct InspectionJSON {
  static let formatVersion: Int64 = 1

  private let inspection: Inspection

  init(_ inspection: Inspection) { self.inspection = inspection }

  var value: JSONValue {
    let descriptor = inspection.descriptor
    let common: JSONValue = .object([
      "formatVersion": .integer(Self.formatVersion),
      "name": .string("\(inspection.place)"),
      "digest": .string("\(descriptor.digest)"),
      "mediaType": .string("\(descriptor.mediaType)"),
      "size": .integer(descriptor.size),
    ])
    switch inspection.content {
    case .unread: return common
    case .list(let list): return common.adding(Self.members(of: list))
    case .image(let entry): return common.adding(Self.members(of: entry))
    }
  }

  private static func members(of list: InspectedList) -> JSONValue {
    let attested = Dictionary(grouping: list.entries) { $0.descriptor.attestedImage }
    return .object([
      "artifactType": list.artifactType.map { .string("\($0)") },
      "created": list.created.map(JSONValue.string),
      "annotations": list.annotations.json,
      "subject": list.subject?.json,
      "entries": .array(list.entries.map { json(of: $0, attested[$0.descriptor.digest] ?? []) }),
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
