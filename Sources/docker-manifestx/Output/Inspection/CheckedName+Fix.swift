import ManifestLists
import OCI

extension CheckedName {
  /// What to do about a finding, in one sentence. A command changes the entry that it is about, and no other.
  func fix(_ finding: Finding) -> String {
    let name = ShellWord("\(place)")
    let entry = finding.entry?.descriptor.digest
    let annotate = "docker manifestx annotate"
    switch finding.problem {
    case .notRunnable(.config), .notRunnable(.noPlatform):
      return entry == digest ? "Check the name of an image or a list" : removal(finding)
    case .unusable, .noBlob, .damagedBlob, .notRunnable:
      return "Build and push the image again, then publish the list again"
    case .noImage: return "Add one: docker manifestx add \(name) IMAGE"
    case .otherPlatform(let listed, let config, let isTaken):
      if isTaken || !finding.hasOwnDigest {
        return "Publish the list again, with the right image for \(PrintableText.line(listed.withVersion))"
      }
      return "If the image is right: \(annotate) \(config.options) \(name) @\(entry ?? digest)"
    case .incompletePlatform(_, isTaken: true), .otherSpelling(_, isTaken: true): return removal(finding)
    case .incompletePlatform where !finding.hasOwnDigest, .otherSpelling where !finding.hasOwnDigest:
      return "Publish the list again, with a whole platform for each image"
    case .otherSpelling(let platform, _):
      return "Correct it: \(annotate) \(platform.options) \(name) @\(entry ?? digest)"
    case .incompletePlatform(let config, _):
      return "State it: \(annotate) \(config?.options ?? "--os OS --arch ARCH") \(name) @\(entry ?? digest)"
    case .unknownPlatform where finding.hasOwnDigest:
      return "Correct it: \(annotate) --os OS --arch ARCH \(name) @\(entry ?? digest)"
    case .unknownPlatform: return "Publish the list again, with a known platform for each image"
    case .samePlatform: return removal(finding)
    case .twice: return "Publish the list again, with each image once"
    case .osFeatures where finding.hasOwnDigest:
      return "If the image does not need them: \(annotate) --os-features \(word: "") \(name) @\(entry ?? digest)"
    case .osFeatures:
      return "If the image does not need them, publish the list again from the images, with --platform IMAGE=OS/ARCH"
    case .lostAttestation where finding.isRemovable: return removal(finding)
    case .lostAttestation: return "Publish the list again from images with their attestations"
    case .platforms(let missing, _):
      let remove = "Remove them: docker manifestx remove \(name) PLATFORM"
      return missing.isEmpty ? remove : "Add them: docker manifestx add \(name) IMAGE"
    case .listInList:
      let nested = ShellWord("\(entry.map(place.manifest) ?? place)")
      return "Check it on its own: docker manifestx inspect --check \(nested)"
    case .tooManyEntries: return "Publish a list with fewer images"
    }
  }

  private func removal(_ finding: Finding) -> String {
    guard finding.isRemovable, let entry = finding.entry?.descriptor.digest else {
      return "Publish the list again, from one image for each platform"
    }
    return "Remove it: docker manifestx remove \(word: place) @\(entry)"
  }
}

extension Platform {
  /// As options of `annotate`.
  fileprivate var options: String {
    [
      "--os \(word: os)", "--arch \(word: architecture)", variant.map { "--variant \(word: $0)" },
      osVersion.map { "--os-version \(word: $0)" },
    ].compactMap(\.self).joined(separator: " ")
  }
}
