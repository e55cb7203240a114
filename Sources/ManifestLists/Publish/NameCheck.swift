import OCI
import OCIRegistry

/// Checks the names of a list: no image loses its tag to the list, and nothing is lost without a warning.
struct NameCheck {
  let request: PublishRequest
  let entries: [ListEntry]
  let present: PresentNames
  /// Whether there may be further images later, for the platform that a tag states.
  var isPartial = false

  /// - Throws: `PublishError.listNamesOther` or `PublishError.nameIsImage`, or `PublishError.several` of them.
  func check(_ stores: OpenStores) async throws(PublishError) {
    // The tags state no platform then.
    if request.platformFrom == .config { return }
    var errors: [PublishError] = []
    for name in request.names {
      if let error = await error(on: name, stores) { errors.append(error) }
    }
    try PublishError.check(errors)
  }

  /// Where the name of the list was forgotten, the first image's name is taken for it. That image would lose its tag to a
  /// list of the other images. The same happens to an image whose tag is given as a further tag of the list.
  private func error(on name: Place, _ stores: OpenStores) async -> PublishError? {
    guard let tag = name.tag, let stated = InferredPlatform(reading: tag) else { return nil }
    let isStated = entries.contains { $0.descriptor.platform.map(stated.agrees) ?? false }
    // A list in a file has no tags that could begin so.
    let isBeginning = request.document != nil || request.sources.contains { $0.place.tag?.begins(with: tag) == true }
    let other: PublishError? =
      isStated || isBeginning || isPartial
      ? nil : .listNamesOther(name, stated.platform, isFirst: name == request.names.first)
    // A further tag of the list may be that of an image, which a pattern leaves out then.
    guard case .image(let digest, let config)? = present.contents[name], other == nil || name != request.names.first
    else { return other }
    // A build number (386), or a branch (fix-x86-crash): the images' tags begin with it, and it says nothing about them.
    // Only the image itself can show that it is meant as a platform.
    if !isStated, !(await isConfig(config, of: name, for: stated, stores)) { return other }
    return .nameIsImage(name, digest, stated.platform, isOverridable: request.document == nil)
  }

  /// Whether an image is for the platform that its tag states. False where this cannot be read.
  private func isConfig(
    _ config: Descriptor?,
    of name: Place,
    for stated: InferredPlatform,
    _ stores: OpenStores
  ) async -> Bool {
    guard let config, let source = try? await stores.source(name.store),
      let manifest = try? await stores.name(of: name),
      let image = try? await source.imageConfig(config, of: manifest)
    else { return false }
    return image.platform().map(stated.agrees) ?? false
  }

  var warnings: [ListWarning] {
    let names = request.names.compactMap { name in present.contents[name].map { (name: name, content: $0) } }
    let replaced = names.compactMap { name, content -> ListWarning? in
      switch content {
      case .unknown(let error): .nameNotRead(name, error)
      // Under this digest, the image is in the new list.
      case .image(let digest, _):
        entries.contains { $0.descriptor.digest == digest } ? nil : .imageReplaced(name, digest)
      case .nothing, .list: nil
      }
    }
    return replaced + losses(names) + mixedVersions
  }

  /// One for all names that lose the same platforms.
  private func losses(_ names: [(name: Place, content: PresentNames.Content)]) -> [ListWarning] {
    let lost = names.map { name, content in
      (name: name.with(content.listDigest), platforms: content.platforms(missingIn: entries))
    }
    var seen: Set<[Platform]> = [[]]
    return lost.filter { seen.insert($0.platforms).inserted }.map { first in
      .platformsLost(lost.filter { $0.platforms == first.platforms }.map(\.name), first.platforms)
    }
  }

  private var mixedVersions: [ListWarning] {
    guard let list = request.names.first else { return [] }
    let tags = request.sources.compactMap(\.place.tag)
    let versions = tags.compactMap(versions)
    let isMixed = versions.first?.contains { version in versions.allSatisfy { $0.contains(version) } } == false
    return isMixed ? [.versionsMixed(list, tags)] : []
  }

  /// What an image's tag can be without the platform. What follows a tag of the list (a date, the number of a build) may
  /// differ. Nil where nothing else can be told from a platform.
  private func versions(of tag: Tag) -> [Tag]? {
    // The releases of Windows (nanoserver-1809) are different platforms.
    guard let stated = InferredPlatform(reading: tag, in: request.tags), stated.platform.os != "windows" else {
      return nil
    }
    let versions = tag.readingsWithoutPlatform.compactMap(\.self)
    guard versions.count == tag.readingsWithoutPlatform.count else { return nil }
    let list = request.tags.first { list in ([tag] + versions).contains { $0.begins(with: list) } }
    return list.map { [$0] } ?? versions
  }
}

extension Place {
  /// With a digest besides the tag.
  fileprivate func with(_ digest: Digest?) -> Place {
    guard let digest else { return self }
    return switch self {
    case .registry(let reference): .registry(Reference(reference.repository, tag: tag, digest: digest))
    case .layout: manifest(digest)
    }
  }
}
