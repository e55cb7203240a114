import LocalSystem
import ManifestLists
import OCI
import Synchronization
import Transfer

/// Pushes images of this machine with the user's engine, before a list is made of them.
struct ImagePush: Sendable {
  let search: EngineSearch
  /// Whether a registry may be used in plain HTTP.
  let isInsecure: @Sendable (Registry) -> Bool
  let onEvent: @Sendable (PushEvent) -> Void

  /// How many images are pushed at the same time.
  private static let limit = 3

  /// How much of an engine's output an error repeats, in lines.
  private static let shownLines = 10

  /// Pushes every image that is a tag in a registry. If one fails, no other push is started. Those that are running
  /// finish: their errors are reported as well, and what they have uploaded is not lost.
  ///
  /// - Throws: `EngineError`, `TooFewOpenFiles` or `TooFewThreads` before anything has been pushed; `PushErrors`.
  func push(_ request: PublishRequest) async throws {
    if let pattern = request.patterns.first { throw EngineError.pattern(pattern.tags.text) }
    var images: [Reference] = []
    for source in request.sources {
      if let reference = source.place.reference, reference.digest == nil {
        if !images.contains(reference) { images.append(reference) }
      } else {
        onEvent(.skipped(source))
      }
    }
    if images.isEmpty { return }
    // Without this, it would seem as if no engine could be run.
    try ProcessRequirements.check()
    let engine = try await search.engine(with: images)
    let isOver = Mutex(false)
    let results = await images.concurrentMap(limit: Self.limit) { image -> PushError? in
      if isOver.withLock({ $0 }) { return nil }
      let error = try await push(image, engine)
      if error != nil { isOver.withLock { $0 = true } }
      return error
    }
    let errors = try results.compactMap { try $0.get() }
    if !errors.isEmpty { throw PushErrors(errors: errors) }
  }

  private func push(_ image: Reference, _ engine: ContainerEngine) async throws -> PushError? {
    onEvent(.began(image, engine: engine.program))
    let last = Mutex<[String]>([])
    let isInsecure = isInsecure(image.repository.registry)
    let status = try await engine.push(image, isInsecure: isInsecure) { line in
      last.withLock { $0 = $0.suffix(Self.shownLines - 1) + [line] }
      onEvent(.printed(image, line))
    }
    onEvent(.ended(image, isPushed: status.isSuccess))
    if status.isSuccess { return nil }
    let output = last.withLock { $0 }
    return PushError(image: image, engine: engine, isInsecure: isInsecure, status: status.words, output: output)
  }
}
