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
    if (try? LayoutReference(parsing: list)) ?? nil != nil { throw PublishArgumentError.layoutAsName(list) }
    if isListLeftOut { throw PublishArgumentError.listLeftOut(list) }
    let name = try Reference(parsing: list)
    if name.digest != nil { throw PublishArgumentError.listHasDigest(list) }
    var sources: [Source] = []
    var patterns: [SourcePattern] = []
    for image in images {
      if try LayoutReference(parsing: image) == nil, let pattern = try TagPattern(parsing: image, in: name.repository) {
        patterns.append(SourcePattern(pattern, position: sources.count))
      } else {
        sources.append(try Source(parsing: image, in: name.repository))
      }
    }
    for platform in platforms { try assign(platform, to: &sources, in: name.repository) }
    var names = [name]
    for tag in tags.flatMap(\.lines) { names.append(try furtherName(tag, in: name.repository)) }
    var request = try PublishRequest(names: names, sources: sources)
    request.patterns = patterns
    return request
  }

  /// - Parameter tag: A tag of LIST's repository, or a whole reference.
  private func furtherName(_ tag: String, in repository: Repository) throws -> Reference {
    guard let name = try Source(parsing: tag, in: repository).place.reference else {
      throw PublishArgumentError.layoutAsName(tag)
    }
    if name.digest != nil { throw PublishArgumentError.listHasDigest(tag) }
    return name
  }

  /// True if the first argument can only be an image: `:TAG`, `@DIGEST`, or a bare word that names an architecture, which as
  /// LIST would be an official image of Docker Hub.
  private var isListLeftOut: Bool {
    if list.hasPrefix(":") || list.hasPrefix("@") { return true }
    return !list.contains("/") && (try? Tag(parsing: list))?.namesArchitecture == true
  }

  /// - Parameter assignment: `IMAGE=PLATFORM`. IMAGE can be written in another way than among the images.
  private func assign(_ assignment: String, to sources: inout [Source], in repository: Repository) throws {
    // The last one: neither a platform nor a reference contains an equals sign.
    guard let sign = assignment.lastIndex(of: "=") else {
      throw (try? Platform(parsing: assignment)) == nil
        ? PublishArgumentError.noPlatform(image: assignment) : .noImage(platform: assignment)
    }
    let text = String(assignment[..<sign])
    if try LayoutReference(parsing: text) == nil, try TagPattern(parsing: text, in: repository) != nil {
      throw PublishArgumentError.platformOfPattern(assignment)
    }
    let image = try Source(parsing: text, in: repository)
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
  /// Reads IMAGE: a whole reference, or `TAG`, `:TAG`, `@DIGEST`, `:TAG@DIGEST` of the list's repository.
  ///
  /// Or an image in a layout: `oci-layout://DIRECTORY:TAG`, `app.tar`.
  ///
  /// - Throws: `ReferenceError` or `LayoutReferenceError`.
  init(parsing text: String, in repository: Repository) throws {
    if let layout = try LayoutReference(parsing: text) {
      self.init(text, .layout(layout))
    } else if text.hasPrefix(":") || text.hasPrefix("@") {
      // The host is written out: docker's short form of a name on Docker Hub could be read in another way.
      let whole = "\(repository.registry.host)/\(repository.path)\(text)"
      self.init(text, try Reference(parsing: whole))
    } else if !text.isEmpty, !text.contains(where: { "/:@".contains($0) }) {
      self.init(text, Reference(repository, tag: try Tag(parsing: text)), reading: .tag)
    } else {
      self.init(text, try Reference(parsing: text))
    }
  }
}

/// What is wrong with the arguments of `publish`.
enum PublishArgumentError: Error, Hashable {
  /// In the place of LIST there is an image.
  case listLeftOut(String)
  case listHasDigest(String)
  /// A list can only be published in a registry.
  case layoutAsName(String)
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
    case .layoutAsName(let layout):
      "\(layout) is an image layout, and a list cannot be written to a layout yet"
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
    guard case .listLeftOut = self else { return nil }
    return "LIST, the name of the multi-platform image, comes first: publish HOST/REPOSITORY:TAG IMAGE..."
  }
}

extension Platform {
  /// As it is typed.
  fileprivate var withVersion: String { osVersion.map { "\(self):\($0)" } ?? "\(self)" }
}
