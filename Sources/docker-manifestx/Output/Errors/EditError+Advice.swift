import ManifestLists

extension EditError: Advised {
  var advice: String? {
    switch self {
    case .notAList(let name) where name.tag?.namesArchitecture == true:
      "The first argument is the list: add LIST IMAGE..., remove LIST PLATFORM..., annotate LIST PLATFORM"
    case .notAList(let name):
      "To make a list of images under this name: docker manifestx publish \(word: name) IMAGE..."
    case .missing(let name): "To publish it: docker manifestx publish \(word: name) IMAGE..."
    case .notInList(_, let list, _): "docker manifestx inspect \(word: list) shows what it contains"
    case .noSuchImage(_, let list, _):
      "Name one by its platform or whole digest: docker manifestx inspect --no-trunc \(word: list) shows both"
    case .attestation(_, let image): image.map { "Name its image instead: @\($0)" }
    case .severalEntries(_, let list, _):
      "Name one by its platform, with its version, or by its digest; docker manifestx inspect \(word: list) shows them"
    case .vanished(let list): "If it was deleted, publish it again: docker manifestx publish \(word: list) IMAGE..."
    case .notChecked(let list, _):
      "\(list) was published before this happened. To see whether it is complete: docker manifestx inspect \(word: list)"
    case .unstatedPlatform(let list, let digest, let platform):
      """
      To state its platform: docker manifestx annotate \(platform.options) \(word: list) @\(digest)
      To remove it: docker manifestx remove \(word: list) @\(word: digest)
      """
    case .unreadableEntry(let list, let digest, _):
      "To remove it: docker manifestx remove \(word: list) @\(word: digest)"
    case .tooManyUnstated(let list, _):
      "Publish a list with fewer images: docker manifestx publish \(word: list) IMAGE..."
    case .noArchitecture: "Set it in the same command: --arch ARCH"
    case .wouldBeEmpty: "To delete a name from a registry, use the registry's own tools"
    case .keepsChanging: "Several jobs that each add an image: docker manifestx publish --join LIST IMAGE..."
    case .archive: "Publish it again, or use a directory: oci-layout://DIRECTORY:TAG"
    case .badList: nil
    }
  }
}
