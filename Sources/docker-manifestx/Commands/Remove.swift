import ArgumentParser
import ManifestLists
import OCI

struct Remove: Verb {
  static let name = "remove"
  static let abstract = "Remove images from a multi-platform image"
  static let discussion = """
    ENTRY is a platform (linux/arm/v7, windows/amd64:10.0.20348.2113), the digest of an image in LIST (sha256:…), or the name of an image, as for publish.
    Attestations are removed with their image. The images themselves stay in the registry.

    Examples:

      docker manifestx remove harbor.example.com/test/app:v1 linux/386 linux/arm/v6
      docker manifestx remove harbor.example.com/test/app:v1 v1-s390x
    """
  static let arguments = [ArgumentDeclaration(.list), ArgumentDeclaration(.entry, .oneOrMore)]
  static let optionGroups = EditOptions.groups

  @OptionGroup var edit: EditOptions
  @OptionGroup var common: CommonOptions
  @Argument(help: ArgumentHelp(visibility: .hidden)) var words: [String] = []

  var progressMode: ProgressMode { edit.progressMode }

  func run(_ session: Session) async throws {
    let request = try edit.request(PublishArguments(list: words[0], images: []))
    let names = try words[1...].map { try EntryName(parsing: $0, in: request.names[0]) }
    try await edit.edit(request, reading: names.compactMap(\.place), session) {
      try await $0.remove(names, from: request)
    }
  }
}

extension EntryName {
  /// Reads `OS/ARCH[/VARIANT][:OSVERSION]`, a digest, or the name of an image.
  ///
  /// - Throws: `ReferenceError`, `LayoutReferenceError` or `PlatformError`.
  init(parsing text: String, in list: Place) throws {
    let digest = Result { () throws(DigestError) in
      try Digest(parsing: text.hasPrefix("@") ? text.dropFirst() : text[...])
    }
    if case .success(let digest) = digest {
      self = .digest(digest)
    } else if case .failure(let error) = digest, case .notHex = error {
      throw ReferenceError(text, .digest(error))
    } else if let platform = try Platform(ifMeantBy: text) {
      // Docker Hub has no such repositories.
      self = .platform(platform)
    } else {
      self = .image(try Source(parsing: text, in: list).place)
    }
  }

  /// Nil for an entry that is not named by a place.
  var place: Place? { if case .image(let place) = self { place } else { nil } }
}
