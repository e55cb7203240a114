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
      return (subject + ["\(PrintableText.line(finding.text)). \(fix(finding))"]).joined(separator: ": ")
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
    case .incompletePlatform: "incomplete-platform"
    case .samePlatform: "same-platform"
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
    case .otherPlatform(_, let config): "the config of the image says \(config.withVersion)"
    case .incompletePlatform:
      "the platform lacks the operating system or the architecture, so no engine finds the image"
    case .samePlatform(let other): "engines take @\(other) for this platform, and never this image"
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

extension CheckedName {
  /// What to do, in one sentence.
  fileprivate func fix(_ finding: Finding) -> String {
    let name = ShellWord("\(place)")
    let entry = finding.entry?.descriptor.digest
    let digest = entry.map { "@\($0)" } ?? ""
    return switch finding.problem {
    case .notRunnable(.config), .notRunnable(.noPlatform):
      entry == self.digest
        ? "Check the name of an image or a list" : "Remove it: docker manifestx remove \(name) \(digest)"
    case .unusable, .noBlob, .damagedBlob, .notRunnable:
      "Build and push the image again, then publish the list again"
    case .noImage: "Add one: docker manifestx add \(name) IMAGE"
    case .otherPlatform(_, let config):
      "If the image is right: docker manifestx annotate \(config.options) \(name) \(digest)"
    case .incompletePlatform: "State it: docker manifestx annotate --os OS --arch ARCH \(name) \(digest)"
    case .samePlatform: "Remove it: docker manifestx remove \(name) \(digest)"
    case .lostAttestation: "Publish the list again from images with their attestations"
    case .platforms(let missing, _):
      missing.isEmpty
        ? "Remove them: docker manifestx remove \(name) PLATFORM" : "Add them: docker manifestx add \(name) IMAGE"
    case .listInList:
      "Check it on its own: docker manifestx inspect --check \(ShellWord("\(entry.map(place.manifest) ?? place)"))"
    case .tooManyEntries: "Publish a list with fewer images"
    }
  }
}

extension Platform {
  /// As options of `annotate`.
  fileprivate var options: String {
    ["--os \(ShellWord(os))", "--arch \(ShellWord(architecture))", variant.map { "--variant \(ShellWord($0))" }]
      .compactMap(\.self).joined(separator: " ")
  }
}

extension [Platform] {
  fileprivate var names: String { prefix(20).map(\.withVersion).joined(separator: ", ") }
}

extension Int {
  fileprivate func counted(_ noun: String) -> String { "\(self) \(noun)\(self == 1 ? "" : "s")" }
}
