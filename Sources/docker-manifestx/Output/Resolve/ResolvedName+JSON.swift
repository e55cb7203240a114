import JSON
import ManifestLists
import OCI
import OCIRegistry

extension ResolvedName {
  /// docs/resolve.md describes the members.
  var json: JSONValue {
    .object([
      "formatVersion": 1,
      "name": .string("\(place)"),
      "program": .string(options.puller.rawValue),
      "platform": options.platform.json,
      "platformFrom": .string(
        options.target.requested != nil ? "option" : options.puller == .crane ? "program" : "machine"
      ),
      "url": (access?.url).map(JSONValue.string),
      "resolved": .string(imageName),
      "steps": .array(steps.map { $0.json(access) }),
      "programs": choice.map { .array($0.choices.map(\.json)) },
    ])
  }
}

extension ResolveStep {
  fileprivate func json(_ access: RepositoryAccess?) -> JSONValue {
    switch self {
    case .name(let read, let descriptor):
      .object(["step": "name", "read": read.json(access), "descriptor": descriptor.json])
    case .list(let read, let descriptor, let entries, let attestations):
      .object([
        "step": "list", "read": read.json(access), "descriptor": descriptor.json,
        "entries": .integer(Int64(entries)), "attestations": .integer(Int64(attestations)),
      ])
    case .choice(let choice):
      .object([
        "step": "choice", "chosen": choice.entry.json, "rule": .string(choice.rule.name),
        "preferences": .array(choice.preferences.map(\.json)),
        "candidates": .array(
          choice.candidates.map { .object(["descriptor": $0.entry.json, "rule": .string($0.rule.name)]) }
        ),
        "others": .array(choice.others.map(\.json)),
      ])
    case .single: .object(["step": "single"])
    case .image(let read, let parts):
      .object([
        "step": "image", "read": read.json(access), "descriptor": parts.manifest.json,
        "config": parts.image.config.json,
        "layers": .array(parts.image.layers.map(\.json)), "platform": parts.platform?.json,
      ])
    }
  }
}

extension ManifestRead {
  fileprivate func json(_ access: RepositoryAccess?) -> JSONValue {
    func request(_ method: String, _ name: ManifestName) -> JSONValue {
      let url = access.map { "\($0.url)/manifests/\(name.pathComponent)\($0.query)" }
      return .object(["method": .string(method), "url": url.map(JSONValue.string)])
    }
    return switch self {
    case .head(let name): request("HEAD", name)
    case .get(let name): request("GET", name)
    case .file(let file): .object(["file": .string(file)])
    case .name, .known: .null
    }
  }
}

extension ListChoice.OtherChoice {
  fileprivate var json: JSONValue {
    .object([
      "program": .string(puller.rawValue), "platform": platform.json, "chosen": entry?.json ?? .null,
    ])
  }
}

extension PlatformChoice.Rule {
  /// For programs: it does not change.
  fileprivate var name: String {
    switch self {
    case .same: "same"
    case .lowerVariant: "lower-variant"
    case .compatibleArchitecture: "compatible-architecture"
    case .compatibleSystem: "compatible-system"
    case .windowsVersion: "windows-version"
    case .noPlatform: "no-platform"
    case .first: "first"
    }
  }
}
