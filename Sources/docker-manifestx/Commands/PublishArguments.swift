import ManifestLists
import OCI
import OCILayout

/// The arguments of `publish`, as they were typed, and the request that they make.
struct PublishArguments {
  /// LIST.
  let list: String
  /// IMAGE…
  let images: [String]
  /// From `--tag`.
  var tags: [String] = []
  /// `IMAGE=PLATFORM`, from `--platform`.
  var platforms: [String] = []

  /// - Throws: `PublishArgumentError`, `ReferenceError`, `PlatformError` or `PublishError`.
  func request() throws -> PublishRequest {
    let name = try name(list)
    var sources: [Source] = []
    var patterns: [SourcePattern] = []
    for image in images {
      if let pattern = try pattern(image, in: name) {
        patterns.append(SourcePattern(pattern, position: sources.count))
      } else {
        sources.append(try Source(parsing: image, in: name))
      }
    }
    for platform in platforms { try assign(platform, to: &sources, in: name) }
    let names = [name] + (try tags.flatMap(\.lines).map { try furtherName($0, in: name) })
    var request = try PublishRequest(names: names, sources: sources)
    request.patterns = patterns
    return request
  }

  private func name(_ list: String) throws -> Place {
    if let layout = try LayoutReference(parsing: list) { return try Self.name(.layout(layout), list) }
    if isListLeftOut { throw PublishArgumentError.listLeftOut(list) }
    return try Self.name(.registry(try Reference(parsing: list)), list)
  }

  /// - Parameter tag: A tag of LIST's repository or layout, or a whole reference.
  private func furtherName(_ tag: String, in list: Place) throws -> Place {
    try Self.name(try Source(parsing: tag, in: list).place, tag)
  }

  /// A layout without a name has the tag that a reference without a tag has.
  private static func name(_ place: Place, _ text: String) throws(PublishArgumentError) -> Place {
    if place.digest != nil { throw .listHasDigest(text) }
    guard case .layout(let layout) = place else { return place }
    // The path of an archive alone is more likely an image in the place of LIST.
    let isPathAlone = layout.name == nil && !"\(layout)".hasPrefix("oci-archive:")
    if layout.storage == .archive, isPathAlone { throw .archiveAsName(text) }
    if layout.storage == .archive, let compression = Compression(fileName: layout.path) {
      throw .compressedArchive(layout.path, compression)
    }
    return layout.name == nil ? place.naming(.latest) : place
  }

  /// Nil if it is none.
  private func pattern(_ text: String, in list: Place) throws -> TagPattern? {
    if try LayoutReference(parsing: text) != nil { return nil }
    return try TagPattern(parsing: text, in: list.reference?.repository)
  }

  /// True if the first argument can only be an image: `:TAG`, `@DIGEST`, or a bare word that names an architecture, which as
  /// LIST would be an official image of Docker Hub.
  private var isListLeftOut: Bool {
    if list.hasPrefix(":") || list.hasPrefix("@") { return true }
    return !list.contains("/") && (try? Tag(parsing: list))?.namesArchitecture == true
  }

  /// - Parameter assignment: `IMAGE=PLATFORM`. IMAGE can be written in another way than among the images.
  private func assign(_ assignment: String, to sources: inout [Source], in list: Place) throws {
    // The last one: neither a platform nor a reference contains an equals sign.
    guard let sign = assignment.lastIndex(of: "=") else {
      throw (try? Platform(parsing: assignment)) == nil
        ? PublishArgumentError.noPlatform(image: assignment) : .noImage(platform: assignment)
    }
    let text = String(assignment[..<sign])
    if try pattern(text, in: list) != nil {
      throw PublishArgumentError.platformOfPattern(assignment)
    }
    let image = try Source(parsing: text, in: list)
    let platform = try Platform(parsingWithVersion: String(assignment[assignment.index(after: sign)...]))
    let named = sources.indices.filter { sources[$0].place == image.place }
    if named.isEmpty { throw PublishArgumentError.unknownImage(image.text, platform: assignment) }
    for index in named {
      if let other = sources[index].platform, !other.isSame(as: platform) || other.osVersion != platform.osVersion {
        throw PublishArgumentError.twoPlatforms(image.text, other, platform)
      }
      sources[index].platform = platform
    }
  }
}

extension String {
  /// Lists of names are often printed with one name in each line, such as the `tags` of docker/metadata-action.
  fileprivate var lines: [String] {
    split(whereSeparator: \.isNewline).compactMap { line in
      let parts = line.split { $0 == " " || $0 == "\t" }
      return parts.isEmpty ? nil : parts.joined(separator: " ")
    }
  }
}

extension Source {
  /// Reads IMAGE: a whole reference, or `TAG`, `:TAG`, `@DIGEST`, `:TAG@DIGEST` of the list's repository or layout.
  ///
  /// Or an image in a layout: `oci-layout://DIRECTORY:TAG`, `app.tar`.
  ///
  /// - Parameter list: LIST.
  ///
  /// - Throws: `ReferenceError` or `LayoutReferenceError`.
  init(parsing text: String, in list: Place) throws {
    if let layout = try LayoutReference(parsing: text) {
      self.init(text, .layout(layout))
    } else if text.hasPrefix(":") || text.hasPrefix("@") {
      self.init(text, try list.place(parsing: text))
    } else if !text.isEmpty, !text.contains(where: { "/:@".contains($0) }) {
      self.init(text, list.naming(try Tag(parsing: text)), reading: .tag)
    } else {
      self.init(text, try Reference(parsing: text))
    }
  }
}

extension Place {
  /// Another manifest in the same store.
  ///
  /// - Parameter name: `:TAG`, `@DIGEST` or `:TAG@DIGEST`.
  fileprivate func place(parsing name: String) throws -> Place {
    switch self {
    case .registry(let list):
      // The host is written out: docker's short form of a name on Docker Hub could be read in another way.
      let repository = list.repository
      return .registry(try Reference(parsing: "\(repository.registry.host)/\(repository.path)\(name)"))
    case .layout(let list): return .layout(try list.naming(parsing: name))
    }
  }
}

/// What is wrong with the arguments of `publish`.
enum PublishArgumentError: Error, Hashable {
  /// In the place of LIST there is an image.
  case listLeftOut(String)
  case listHasDigest(String)
  /// The path of an archive, without `oci-archive:`.
  case archiveAsName(String)
  /// The name of an archive to write says that it is compressed.
  case compressedArchive(String, Compression)
  /// `--platform` without `IMAGE=`.
  case noImage(platform: String)
  /// `--platform` without `=OS/ARCH`.
  case noPlatform(image: String)
  /// `--platform` for a pattern, which stands for several images.
  case platformOfPattern(String)
  /// `--platform` for something that is not among the images.
  case unknownImage(String, platform: String)
  case twoPlatforms(String, Platform, Platform)
}

extension PublishArgumentError: CustomStringConvertible {
  var description: String {
    switch self {
    case .listLeftOut(let image):
      "\u{201C}\(image)\u{201D} is in the place of LIST, and can only be an image"
    case .listHasDigest(let list):
      "\(list) has a digest. The digest of a list is computed when it is published: use NAME or NAME:TAG"
    case .archiveAsName(let archive):
      "\(archive) is in the place of a name for the list"
    case .compressedArchive(let archive, let compression):
      "\(archive) has the name of a file that is compressed with \(compression.name), but archives are written without compression"
    case .noImage(let platform):
      "--platform \(platform) does not say which image it is for: --platform IMAGE=OS/ARCH[/VARIANT][:OSVERSION]"
    case .noPlatform(let image):
      "--platform \(image) does not say which platform \(image) is for: --platform IMAGE=OS/ARCH[/VARIANT][:OSVERSION]"
    case .platformOfPattern(let platform):
      "--platform \(platform) is for a pattern, and each image has its own platform: name the image as a further IMAGE"
    case .unknownImage(let image, let platform):
      "--platform \(platform) is for \(image), which is not one of the images"
    case .twoPlatforms(let image, let first, let second):
      "--platform gives \(image) two platforms: \(first.withVersion) and \(second.withVersion)"
    }
  }
}

extension PublishArgumentError: Advised {
  var advice: String? {
    switch self {
    case .listLeftOut:
      "LIST, the name of the multi-platform image, comes first: publish HOST/REPOSITORY:TAG IMAGE..."
    case .archiveAsName(let archive):
      "To write the list to an archive: oci-archive:\(Compression(fileName: archive) == nil ? archive : "FILE.tar"):TAG"
    case .compressedArchive(_, let compression):
      "Write oci-archive:FILE.tar:TAG, and compress it afterwards: \(compression.name) FILE.tar"
    default: nil
    }
  }
}
