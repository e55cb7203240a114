import OCI
import OCIRegistry

extension Publisher {
  /// Publishes the list of those images that exist, until it has all that exist after it was published; see `ListJoin`.
  ///
  /// - Parameter request: Its `waits` says how long to wait for images that do not exist.
  /// - Returns: The list that was published last, or, in a dry run, would be.
  /// - Throws: `JoinError`, and what `publish` throws.
  package func join(
    _ request: PublishRequest,
    clock: any Clock<Duration> = ContinuousClock()
  ) async throws -> AssembledList {
    if request.isDryRun { return try await publish(request) }
    var run = JoinRun(publisher: self, request: request, polling: Polling(timeout: request.waits, clock: clock))
    return try await run.list()
  }
}

extension JoinError {
  /// True if images that are pushed later can help.
  fileprivate var isAboutImages: Bool {
    switch self {
    case .noImages, .notSelected: true
    case .incomplete, .keepsChanging, .notFinished: false
    }
  }
}

extension Error {
  /// True if the same requests may succeed later.
  fileprivate var isTransient: Bool {
    switch self as? PublishError {
    case .several(let errors), .partlyPut(_, let errors): errors.allSatisfy(\.isTransient)
    case .afterTags(_, let error): error.isTransient
    default: (self as? RegistryError)?.isTransient ?? false
    }
  }
}

/// One job's part in a list that several jobs publish.
private struct JoinRun {
  let publisher: Publisher
  let request: PublishRequest
  var polling: Polling
  private var join = ListJoin<SourceDigests>()
  private var published: AssembledList?
  private var times = 0
  private var hasWaited = false
  /// Tags that images have got in attempts that failed.
  private var tagged: [Place] = []

  /// More than any number of jobs that push their images one by one while this one publishes.
  private static let maximumTimes = 100

  init(publisher: Publisher, request: PublishRequest, polling: Polling) {
    self.publisher = publisher
    self.request = request
    self.polling = polling
  }

  mutating func list() async throws -> AssembledList {
    while true {
      do {
        if let list = try await step() { return list }
      } catch {
        let isOfImages = (error as? JoinError)?.isAboutImages
        if isOfImages == false || published == nil { throw error }
        throw JoinError.notFinished(request.names, PublishError.adding(tagged, to: error))
      }
    }
  }

  /// - Returns: The list at the end.
  private mutating func step() async throws -> AssembledList? {
    switch join.next {
    case .publish: try await publish()
    case .look: try await look()
    case .done:
      guard let published else { return nil }
      let missing = missing
      guard missing.isEmpty || !polling.hasTime else {
        try await wait(for: missing)
        join.lookAgain()
        return nil
      }
      try check(published)
      return published
    }
    return nil
  }

  private mutating func publish() async throws {
    times += 1
    if times > Self.maximumTimes { throw JoinError.keepsChanging(request.names, times: Self.maximumTimes) }
    do {
      let list = try await publisher.publish(request)
      published = list
      // The list that has been published has them, and the result names them.
      tagged = []
      join.published(list.sourceDigests)
    } catch let error as JoinError {
      guard error.isAboutImages, polling.hasTime else { throw error }
      times -= 1
      if case .notSelected(let platforms) = error {
        try await wait(for: platforms.map(\.description))
      } else {
        try await wait(for: missing)
      }
    } catch {
      // As for a look. What is missing besides the images is not waited for.
      guard published != nil, error.isTransient, !error.saysNoSuchImage, polling.hasTime else { throw error }
      if case .afterTags(let tags, _)? = error as? PublishError { tagged += tags.filter { !tagged.contains($0) } }
      times -= 1
      try await wait(for: missing)
    }
  }

  private mutating func look() async throws {
    let stores = OpenStores(publisher.registries, writing: request.names)
    do {
      let known = join.answer ?? [:]
      var digests = try await request.sourceDigests(stores, since: known)
      // A pattern also finds the tags that the images have got meanwhile.
      for tag in published?.keptTags ?? [] where known[tag.name] == nil { digests[tag.name] = nil }
      join.looked(digests)
      if join.next == .publish {
        publisher.onEvent(.publishingAgain(SourceChange(from: known, to: digests)))
      }
    } catch {
      // The next look may succeed. Without a wait, there is none.
      guard error.isTransient, polling.hasTime else { throw error }
      try await wait(for: missing)
    }
  }

  private mutating func wait(for missing: [String]) async throws {
    if !hasWaited, !missing.isEmpty { publisher.onEvent(.waitingForImages(missing, timeout: request.waits)) }
    hasWaited = hasWaited || !missing.isEmpty
    try await polling.wait()
  }

  /// What the list lacks that is waited for. Of patterns, only the platforms of --expect or --platform-filter tell.
  private var missing: [String] {
    let images = missingSources.map(\.description)
    if request.patterns.isEmpty { return images }
    guard let published else { return images + request.patterns.map { "\($0.tags)" } }
    return images + missingPlatforms(in: published).map(\.description)
  }

  private func missingPlatforms(in list: AssembledList) -> [Platform] {
    let expected = request.platformDifference(of: list.entries).missing
    // With --expect, no other platforms are.
    if request.patterns.isEmpty || request.waits == .zero || !request.expectedPlatforms.isEmpty { return expected }
    return expected + request.selection.missing(in: list.entries).filter { !expected.contains($0) }
  }

  private var missingSources: [Source] { request.sources.filter { join.answer?[$0.place] == nil } }

  /// - Throws: `JoinError.incomplete`.
  private func check(_ list: AssembledList) throws(JoinError) {
    let others = request.platformDifference(of: list.entries).others
    let images = request.waits > .zero ? missingSources : []
    let platforms = missingPlatforms(in: list)
    if images.isEmpty, platforms.isEmpty, others.isEmpty { return }
    throw .incomplete(request.names, images: images, platforms: platforms, others: others)
  }
}
