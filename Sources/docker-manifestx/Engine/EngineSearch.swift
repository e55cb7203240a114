import OCI
import Synchronization

/// Finds the engine that has the images.
struct EngineSearch: Sendable {
  let settings: EngineSettings

  /// How many images an engine is asked for at the same time.
  private static let limit = 8

  /// - Returns: The first engine that has all of the images. One that cannot be asked is passed over, as one that lacks some.
  /// - Throws: `EngineError`.
  func engine(with images: [Reference]) async throws(EngineError) -> ContainerEngine {
    var problems: [EngineError.Problem] = []
    for program in settings.programs {
      do {
        guard var engine = try await ContainerEngine.find(program, settings) else { continue }
        let found = try await find(images, engine)
        let missing = await self.problems(with: found, engine)
        engine.lists = Set(found.compactMap { if case .list = $0.answer { $0.image } else { nil } })
        if missing.isEmpty { return engine }
        problems += missing
      } catch { problems.append(.unusable(engine: program, error)) }
    }
    if problems.isEmpty { throw .noEngine(settings.program) }
    if problems.count == 1, case .unusable(let program, let error) = problems[0] { throw .unusable(program, error) }
    throw .imagesMissing(problems)
  }

  private typealias Found = (image: Reference, answer: ContainerEngine.LocalImage)

  private func find(_ images: [Reference], _ engine: ContainerEngine) async throws(EngineStartError) -> [Found] {
    let failure = Mutex<EngineStartError?>(nil)
    let results = await images.concurrentMap(limit: Self.limit) { image -> Found? in
      // What cannot answer one question need not be asked others.
      if failure.withLock({ $0 }) != nil { return nil }
      let answer = await engine.answer(about: image)
      if case .failure(let error) = answer { failure.withLock { $0 = $0 ?? error } }
      return (image, try answer.get())
    }
    if let error = failure.withLock({ $0 }) { throw error }
    return results.compactMap { try? $0.get() }
  }

  private func problems(with found: [Found], _ engine: ContainerEngine) async -> [EngineError.Problem] {
    let missing = found.compactMap { image, answer in
      if case .missing(let problem) = answer { (image, problem) } else { nil }
    }
    let known = missing.isEmpty ? [] : await engine.images()
    return missing.map { image, problem in
      .missing(engine: engine.program, image, problem, similar: image.similar(among: known))
    }
  }
}

extension ContainerEngine {
  fileprivate func answer(about image: Reference) async -> Result<LocalImage, EngineStartError> {
    do { return .success(try await find(image)) } catch { return .failure(error) }
  }
}

extension Reference {
  /// At most three: with other tags of the same repository, or with this tag in another one, where it may have been
  /// forgotten.
  fileprivate func similar(among images: [Reference]) -> [Reference] {
    let near = images.filter { $0.repository == repository || $0.tag == tag }
    let names = SimilarWords.sorted(near.map(\.wholeName), bySimilarityTo: wholeName)
    return names.prefix(3).compactMap { name in near.first { $0.wholeName == name } }
  }
}
