import DockerConfig
import ManifestLists
import OCI
import OCIRegistry

/// The names of images that this machine and its registries know.
struct KnownReferences: Sendable {
  typealias Candidate = CompletionAnswer.Candidate

  let session: Session
  /// The command line contains `--insecure`.
  let isInsecure: Bool
  /// For all requests together.
  let limit: Duration

  /// Whole names.
  ///
  /// - Parameter isNew: True for a list that is about to be published. The names that it may get come first.
  func names(_ partial: String, isNew: Bool = false) async -> CompletionAnswer {
    async let local = LocalImages.names()
    var answer = CompletionAnswer()
    if let (name, repository) = Self.repository(ofTagged: partial) {
      let tags = await tags(of: repository)
      answer.candidates = isNew ? tags.newLists(in: "\(name):") : []
      if !answer.candidates.isEmpty { answer.directive.insert(.keepOrder) }
      answer.candidates += tags.map { $0.candidate(in: "\(name):") }
    } else {
      answer.candidates = hosts.map { Candidate(value: "\($0)/", description: "registry") }
      if answer.candidates.contains(where: { $0.value.hasPrefix(partial) }) { answer.directive.insert(.noSpace) }
    }
    answer.candidates += await local.map { Candidate(value: $0, description: "local image") }
    return answer
  }

  /// Images for a list: tags of the list's repository, those that fit it first; or whole names.
  ///
  /// - Parameter taken: Images that are on the command line already.
  func images(_ partial: String, list: String?, taken: [String]) async -> CompletionAnswer {
    // A tag contains no slash and no @, and no colon after the first character.
    let mayBeTag = !partial.dropFirst().contains { "/@:".contains($0) }
    guard mayBeTag, let list = list.flatMap({ try? Reference(parsing: $0) }) else { return await names(partial) }
    let mark = partial.hasPrefix(":") ? ":" : ""
    async let local = LocalImages.names()
    let remote = await tags(of: list.repository)
    var found = remote.filter { $0 != list.tag }.ranked(for: list.tag ?? .latest, in: mark)
    found += await local.compactMap { try? Reference(parsing: $0) }.filter {
      $0.repository == list.repository && $0.tag != list.tag
    }
    .compactMap { $0.tag.map { Candidate(value: "\(mark)\($0)", description: "local image") } }
    var answer = CompletionAnswer(candidates: found.filter { !taken.contains($0.value) })
    answer.directive.insert(.keepOrder)
    if mark.isEmpty, !partial.isEmpty {
      let registries = hosts.filter { $0.hasPrefix(partial) }
      answer.candidates += registries.map { Candidate(value: "\($0)/", description: "registry") }
      if !registries.isEmpty { answer.directive.insert(.noSpace) }
    }
    return answer
  }

  /// Tags of the list's repository that the list can have, too. The tags of single images are left out: the list would
  /// take them away.
  ///
  /// - Parameter images: Those on the command line.
  func tags(ofList list: String?, images: [String]) async -> CompletionAnswer {
    guard let list = list.flatMap({ try? Reference(parsing: $0) }) else { return .nothing }
    let taken = images.compactMap { try? Source(parsing: $0, in: .registry(list)).place.reference?.tag }
    let tags = await tags(of: list.repository).filter { tag in
      !tag.namesArchitecture && tag != list.tag && !taken.contains(tag)
    }
    return CompletionAnswer(candidates: tags.map { $0.candidate(in: "") })
  }

  /// The name before the colon in `NAME:TAG`. Nil if there is no colon, or it is before a port.
  static func repository(ofTagged text: String) -> (name: String, repository: Repository)? {
    let lastPart = text.lastIndex(of: "/").map { text.index(after: $0) } ?? text.startIndex
    guard !text.contains("@"), let colon = text[lastPart...].firstIndex(of: ":") else { return nil }
    let name = String(text[..<colon])
    let mayBeHost = !name.contains("/") && (name.contains(".") || name.contains("[") || name == "localhost")
    guard !mayBeHost, let reference = try? Reference(parsing: name) else { return nil }
    return (name, reference.repository)
  }

  private var hosts: [String] {
    return ConfigFile(session.paths).hosts.filter { (try? Reference(parsing: "\($0)/name")) != nil }
  }

  private func tags(of repository: Repository) async -> [Tag] {
    await TagLookup(session: session, repository: repository, isInsecure: isInsecure).tags(within: limit)
  }
}

extension Tag {
  /// - Parameter list: The tag of the list that images are chosen for.
  fileprivate func candidate(in name: String, for list: Tag? = nil) -> CompletionAnswer.Candidate {
    .init(value: name + text, description: platform(for: list).map { "\($0)" } ?? "")
  }

  fileprivate func platform(for list: Tag?) -> Platform? {
    InferredPlatform(reading: self, in: list.map { [$0] } ?? [])?.platform
  }
}

extension [Tag] {
  /// The names that do not exist yet, of lists for which there are images of several platforms: `v1`, if there are
  /// `v1-arm64` and `v1-amd64`.
  fileprivate func newLists(in name: String) -> [CompletionAnswer.Candidate] {
    var platforms: [Tag: Set<String>] = [:]
    for tag in self {
      guard let platform = tag.platform(for: nil) else { continue }
      for list in tag.listTags { platforms[list, default: []].insert("\(platform)") }
    }
    let existing = Set(self)
    return platforms.filter { $0.value.count > 1 && !existing.contains($0.key) }.sorted { $0.key.text < $1.key.text }
      .map { list, platforms in
        .init(value: "\(name)\(list)", description: "new list of \(platforms.sorted().joined(separator: ", "))")
      }
  }

  /// First the tags that are the list's tag and an architecture (`v1-arm64` for `v1`), then those with more after it
  /// (`v1-arm64-20210624`), then all others that name an architecture, then the rest.
  fileprivate func ranked(for list: Tag, in name: String) -> [CompletionAnswer.Candidate] {
    func rank(_ tag: Tag) -> Int {
      guard tag.platform(for: list) != nil else { return 3 }
      let rest = tag.withoutPlatform(in: list) ?? .latest
      if rest == list { return 0 }
      return ["-", "_"].contains { rest.text.hasPrefix(list.text + $0) } ? 1 : 2
    }
    let groups = Dictionary(grouping: self, by: rank)
    return (0...3).flatMap { rank in
      (groups[rank] ?? []).map { tag in
        let candidate = tag.candidate(in: name, for: list)
        guard rank < 2 else { return candidate }
        // In words too, not only by the order: zsh groups candidates that have the same description.
        return .init(value: candidate.value, description: "\(candidate.description), for \(list)")
      }
    }
  }
}
