/// The platform that the name of an image states.
package struct InferredPlatform: Hashable, Sendable {
  package let platform: Platform
  /// False where the name states no operating system, and linux is only the default.
  package let namesOS: Bool
  /// True where the repository's name states it, and not the tag. All images of a list are in one repository, so this is
  /// only a hint.
  package let isOfPath: Bool
}

extension InferredPlatform {
  /// Reads the platform from a reference's tag: `v1-arm64-20210624`, `1.2.3_x86_64`, `windows-amd64-ltsc2022`.
  /// If the tag states nothing, from the components of the repository's path (`arm64v8/nginx`); never from the host.
  /// Nil where nothing is stated, or two different platforms are.
  ///
  /// - Parameter lists: The tags of the list that the image is for; see `init(reading:in:)`.
  package init?(reading reference: Reference, in lists: [Tag] = []) {
    let tag = reference.tag.map { Words(reading: $0, in: lists) } ?? Words()
    let path = reference.repository.path.split(separator: "/").map(String.init)
    if tag.sayNothing { self.init(Words(reading: path), isOfPath: true) } else { self.init(tag) }
  }

  /// The platform that the tag alone states.
  ///
  /// - Parameter lists: The tags of the list that the image is for. They state no platform: if the image's tag begins with
  ///   one of them and a separator, only the rest is read (`386-amd64` for the list `386`), unless it names no architecture.
  package init?(reading tag: Tag, in lists: [Tag] = []) { self.init(Words(reading: tag, in: lists)) }

  private init?(_ words: Words, isOfPath: Bool = false) {
    guard words.architectures.count == 1, let name = words.architectures.first, words.systems.count <= 1 else {
      return nil
    }
    platform = Platform(os: words.systems.first ?? "linux", architecture: name.architecture, variant: name.variant)
    namesOS = !words.systems.isEmpty
    self.isOfPath = isOfPath
  }
}

/// The architectures and operating systems that some texts name, without duplicates.
private struct Words {
  var architectures: Set<PlatformName> = []
  var systems: Set<String> = []
  var sayNothing: Bool { architectures.isEmpty && systems.isEmpty }

  init(reading texts: [String] = []) {
    for text in texts { read(tokens: text.platformTokens) }
  }

  init(reading tag: Tag, in lists: [Tag]) {
    let longest = lists.filter(tag.begins).max { $0.text.utf8.count < $1.text.utf8.count }
    if let longest {
      self.init(reading: [String(tag.text.dropFirst(longest.text.count))])
      if !architectures.isEmpty { return }
    }
    self.init(reading: [tag.text])
  }

  private mutating func read(tokens: [PlatformToken]) {
    for run in tokens.platformRuns {
      if let name = run.architecture { architectures.insert(name) }
      if let system = run.system { systems.insert(system) }
    }
  }
}

extension Tag {
  /// True for a tag that is the list's tag, a separator and more: `v1-arm64` for `v1`.
  package func begins(with list: Tag) -> Bool {
    let rest = text.unicodeScalars.dropFirst(list.text.unicodeScalars.count)
    guard text.hasPrefix(list.text), let separator = rest.first, rest.count > 1 else { return false }
    return separator == "-" || separator == "_" || (separator == "." && rest.dropFirst().first?.isLetter == true)
  }

  /// True if some words of the tag name an architecture.
  package var namesArchitecture: Bool { text.platformTokens.platformRuns.contains { $0.architecture != nil } }

  /// The tag without the words that name a platform: `v1` for `v1-arm64`. A variant after its architecture is one of them, as
  /// in `v1-arm64-v8`, if something is left without it. Nil where nothing is left.
  ///
  /// - Parameter list: The tag of the list that the image is for. It is kept where this tag begins with it.
  package func withoutPlatform(in list: Tag? = nil) -> Tag? {
    if let list, begins(with: list) {
      let rest = Tag(text: String(text.dropFirst(list.text.count))).withoutPlatform()
      return rest.map { Tag(text: "\(list)-\($0)") } ?? list
    }
    let runs = text.platformTokens.platformRuns
    return rest(of: runs.withVariants) ?? rest(of: runs)
  }

  /// What the tag can be without its platform: `withoutPlatform`, and if a variant is left out there, also the tag with it,
  /// because it can be a version (`amd64-v3`).
  package var readingsWithoutPlatform: [Tag?] {
    let runs = text.platformTokens.platformRuns
    let readings = [rest(of: runs.withVariants), rest(of: runs)]
    return readings[0] == readings[1] ? [readings[0]] : readings
  }

  private func rest(of runs: [PlatformRun]) -> Tag? {
    runs.filter { !$0.namesPlatform }.flatMap(\.tokens).joined.map(Tag.init(text:))
  }

  /// The tags that a list of this image and others can have: what comes before the platform, and the tag without it (`v1` and
  /// `v1-20210624` for `v1-arm64-20210624`). Empty where the tag names no platform.
  package var listTags: [Tag] {
    guard InferredPlatform(reading: self) != nil else { return [] }
    let before = text.platformTokens.platformRuns.prefix { !$0.namesPlatform }
    let start = before.flatMap(\.tokens).joined.map(Tag.init(text:))
    return ([start].compactMap(\.self) + readingsWithoutPlatform.map { $0 ?? .latest })
      .reduce(into: []) { tags, tag in if !tags.contains(tag) { tags.append(tag) } }
  }
}

/// A word of a tag, and the separator before it.
private struct PlatformToken {
  var separator = ""
  var text = ""
}

/// Neighbouring words that name one thing together, and what they name.
private struct PlatformRun {
  let tokens: ArraySlice<PlatformToken>
  var architecture: PlatformName?
  var system: String?
  var isVariant = false

  var namesPlatform: Bool { architecture != nil || system != nil || isVariant }
}

extension [PlatformRun] {
  /// With a mark at each variant that follows its architecture: the v8 of `arm64-v8`.
  fileprivate var withVariants: [PlatformRun] {
    var runs = self
    for (index, run) in enumerated().dropFirst() {
      guard let name = self[index - 1].architecture, name.variant == nil, let word = run.tokens.first?.text else {
        continue
      }
      runs[index].isVariant = !run.namesPlatform && PlatformSpelling.isVariant(word.lowercased(), of: name.architecture)
    }
    return runs
  }
}

extension [PlatformToken] {
  /// With the separators between them. Nil if there are none.
  fileprivate var joined: String? {
    first.map { $0.text + dropFirst().map { $0.separator + $0.text }.joined() }
  }

  /// From left to right, the longest run of neighbours first: `x86-64` is not x86 beside 64.
  fileprivate var platformRuns: [PlatformRun] {
    var runs: [PlatformRun] = []
    var rest = self[...]
    while let first = rest.first {
      let pair = rest.prefix(2)
      if pair.count == 2, let name = PlatformName(pair.map(\.text).joined(separator: "-").lowercased()) {
        runs.append(PlatformRun(tokens: pair, architecture: name))
      } else {
        let word = first.text.lowercased()
        let (name, system) = (PlatformName(word), operatingSystem(word))
        runs.append(PlatformRun(tokens: rest.prefix(1), architecture: name, system: system))
      }
      rest = rest.dropFirst(runs[runs.count - 1].tokens.count)
    }
    return runs
  }
}

extension String {
  /// Split at `-` and `_`, and at `.` where a letter follows: `1.2.386` is a version, `1.2.arm64` is not.
  fileprivate var platformTokens: [PlatformToken] {
    var tokens = [PlatformToken()]
    var characters = unicodeScalars[...]
    while let scalar = characters.popFirst() {
      let letterFollows = characters.first?.isLetter ?? false
      if scalar == "-" || scalar == "_" || (scalar == "." && letterFollows) {
        tokens.append(PlatformToken(separator: String(scalar)))
      } else {
        tokens[tokens.count - 1].text.unicodeScalars.append(scalar)
      }
    }
    return tokens.filter { !$0.text.isEmpty }
  }
}

extension Unicode.Scalar {
  fileprivate var isLetter: Bool { ("a"..."z").contains(self) || ("A"..."Z").contains(self) }
}
