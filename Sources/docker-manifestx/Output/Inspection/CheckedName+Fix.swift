import ManifestLists
import OCI

extension CheckedName {
  /// What to do about a finding, in one sentence. A command changes the entry that it is about, and no other.
  func fix(_ finding: Finding) -> String {
    let entry = finding.entry?.descriptor.digest
    let own = "@\(entry ?? digest)"
    switch finding.problem {
    case .notRunnable(.config), .notRunnable(.noPlatform):
      return entry == digest ? "Check the name of an image or a list" : removal(finding)
    case .unusable(ManifestError.differs) where entry != nil && finding.hasOwnDigest:
      return change("Correct it", "add", own)
    case .unusable, .noBlob, .damagedBlob, .notRunnable:
      return "Build and push the image again, then publish the list again"
    case .noImage: return change("Add one", "add", "IMAGE")
    case .otherPlatform(let listed, let config, let rival):
      if rival != nil || !finding.hasOwnDigest || config.unknownWord != nil {
        return "Publish the list again, with the right image for \(PrintableText.line(listed.withVersion))"
      }
      return change("If the image is right", "annotate \(config.options)", own)
    case .incompletePlatform(_, rival: .stated), .otherSpelling(_, rival: .stated): return removal(finding)
    case .otherSpelling(let platform, rival: nil) where finding.hasOwnDigest:
      return change("Correct it", "annotate \(platform.options)", own)
    case .incompletePlatform(let config, rival: nil) where finding.hasOwnDigest && config?.unknownWord == nil:
      return change("State it", "annotate \(config?.options ?? Platform.placeholders)", own)
    case .incompletePlatform, .otherSpelling: return "Publish the list again, with a whole platform for each image"
    case .unknownPlatform(let error) where finding.hasOwnDigest && error.isAboutVersion:
      return change("Correct it", "annotate --os-version VERSION", own)
    case .unknownPlatform where finding.hasOwnDigest:
      return change("Correct it", "annotate \(Platform.placeholders)", own)
    case .unknownPlatform: return "Publish the list again, with a known platform for each image"
    case .samePlatform: return removal(finding)
    case .twice: return "Publish the list again, with each image once"
    case .osFeatures where finding.hasOwnDigest:
      return change("If the image does not need them", "annotate --os-features \(word: "")", own)
    case .osFeatures:
      return "If the image does not need them, publish the list again from the images, with --platform IMAGE=OS/ARCH"
    case .lostAttestation where finding.isRemovable: return removal(finding)
    case .lostAttestation: return "Publish the list again from images with their attestations"
    case .platforms(let missing, _):
      return missing.isEmpty ? change("Remove them", "remove", "PLATFORM") : change("Add them", "add", "IMAGE")
    case .listInList:
      let nested = ShellWord("\(entry.map(place.manifest) ?? place)")
      return "Check it on its own: docker manifestx inspect --check \(nested)"
    case .tooManyEntries: return "Publish a list with fewer images"
    }
  }

  /// - Parameter command: The verb, with options.
  private func change(_ purpose: String, _ command: String, _ entry: String) -> String {
    guard let list = place.nameForEdits else { return "An archive cannot be changed: publish the list to it again" }
    return "\(purpose): docker manifestx \(command) \(word: list) \(entry)"
  }

  private func removal(_ finding: Finding) -> String {
    guard finding.isRemovable, let entry = finding.entry?.descriptor.digest else {
      return "Publish the list again, from one image for each platform"
    }
    return change("Remove it", "remove", "@\(entry)")
  }
}

extension Platform {
  /// As options of `annotate`, for a platform with known words. A version that it does not accept is left out.
  var options: String {
    var platform = self
    let version = osVersion.flatMap { version in (try? platform.setVersion(version)).map { version } }
    return [
      "--os \(word: os)", "--arch \(word: architecture)", variant.map { "--variant \(word: $0)" },
      version.map { "--os-version \(word: $0)" },
    ].compactMap(\.self).joined(separator: " ")
  }

  fileprivate static let placeholders = "--os OS --arch ARCH"
}

extension PlatformError {
  fileprivate var isAboutVersion: Bool { if case .version = reason { true } else { false } }
}
