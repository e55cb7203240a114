import JSON
import ManifestLists
import OCI

extension CheckedName {
  /// One line for each finding, or one that says that there is none.
  var text: String {
    if findings.isEmpty {
      return PrintableText.line(
        "\(place): no problems found (\(imageCount.counted("image")), \(blobCount.counted("layer")))"
      )
    }
    return findings.map { finding in
      let subject = [PrintableText.line("\(place)"), finding.entry?.shortName].compactMap(\.self)
      return (subject + ["\(PrintableText.line(finding.text).asSentence) \(fix(finding))"]).joined(separator: ": ")
    }.joined(separator: "\n")
  }

  /// docs/inspect.md documents it.
  var json: JSONValue {
    .object([
      "formatVersion": .integer(1),
      "name": .string("\(place)"),
      "digest": .string("\(digest)"),
      "findings": .array(
        findings.map { finding in
          .object([
            "kind": .string(finding.kind),
            "digest": finding.entry.map { .string("\($0.descriptor.digest)") },
            "platform": finding.entry?.platform.map { $0.json },
            "message": .string(PrintableText.line(finding.text)),
            "fix": .string(fix(finding)),
          ])
        }
      ),
    ])
  }
}

extension InspectedEntry {
  /// Its platform, or else its digest.
  fileprivate var shortName: String {
    PrintableText.line(runnablePlatform.map { "\($0.withVersion)" } ?? "@\(descriptor.digest)", limit: 120)
  }
}

extension Finding {
  /// For programs: it never changes.
  fileprivate var kind: String {
    switch problem {
    case .unusable: "unusable-image"
    case .otherPlatform: "other-platform"
    case .incompletePlatform, .otherSpelling: "incomplete-platform"
    case .unknownPlatform: "unknown-platform"
    case .samePlatform, .twice: "same-platform"
    case .osFeatures: "os-features"
    case .noBlob: "missing-layer"
    case .damagedBlob: "damaged-layer"
    case .noImage: "no-image"
    case .notRunnable: "not-runnable"
    case .lostAttestation: "lost-attestation"
    case .platforms: "unexpected-platforms"
    case .listInList: "list-in-list"
    case .tooManyEntries: "too-many-entries"
    }
  }

  fileprivate var text: String {
    switch problem {
    case .unusable(let error), .noBlob(let error), .damagedBlob(let error): "\(error)"
    case .noImage: "it has no image for any platform"
    case .notRunnable(let reason): "it is not a runnable image: \(reason)"
    case .otherPlatform(_, let config, _): "the config of the image says \(config.withVersion)"
    case .incompletePlatform:
      "the platform lacks the operating system or the architecture, so not every engine finds the image"
    case .otherSpelling(let platform, _): "not every engine finds this spelling of \(platform.withVersion)"
    case .unknownPlatform(let error): "\(error)"
    case .samePlatform(let other): "engines take @\(other) for this platform, and not this image"
    case .twice: "the list has the same image for this platform twice"
    case .osFeatures(let features):
      "containerd and docker take it only on a machine with its os.features: \(features.joined(separator: ", "))"
    case .lostAttestation(let image): "it is an attestation of the image @\(image), which is not in the list"
    case .platforms(let missing, let others):
      [
        missing.isEmpty ? nil : "it has no image for \(missing.names)",
        others.isEmpty ? nil : "it has images for \(others.names), which are not expected",
      ].compactMap(\.self).joined(separator: "; ")
    case .listInList: "it is a list in the list, which is not checked"
    case .tooManyEntries(let limit): "it has more than \(limit) entries, and none of them was checked"
    }
  }
}

extension [Platform] {
  fileprivate var names: String { prefix(20).map(\.withVersion).joined(separator: ", ") }
}

extension String {
  /// With a full stop at the end, unless it is a question.
  fileprivate var asSentence: String { hasSuffix("?") ? self : "\(self)." }
}
