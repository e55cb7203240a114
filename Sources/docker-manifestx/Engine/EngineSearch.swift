import OCI

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
        guard let engine = try await ContainerEngine.find(program, settings) else { continue }
        let missing = try await self.problems(with: images, engine)
        if missing.isEmpty { return engine }
        problems += missing
      } catch { problems.append(.unusable(engine: program, error)) }
    }
    if problems.isEmpty { throw .noEngine(settings.program) }
    if problems.count == 1, case .unusable(let program, let error) = problems[0] { throw .unusable(program, error) }
    throw .imagesMissing(problems)
  }

  private func problems(
    with images: [Reference],
    _ engine: ContainerEngine
  ) async throws(EngineStartError) -> [EngineError.Problem] {
    let results = await images.concurrentMap(limit: Self.limit, stopsAtError: true) { image in
      (image, try await engine.problem(with: image))
    }
    // The others were cancelled because of it.
    for case .failure(let error as EngineStartError) in results { throw error }
    var missing: [(image: Reference, problem: String)] = []
    for result in results {
      do {
        let (image, problem) = try result.get()
        if let problem { missing.append((image, problem)) }
      } catch { throw .other("\(error)") }
    }
    let known = missing.isEmpty ? [] : await engine.images()
    return missing.map { image, problem in
      .missing(engine: engine.program, image, problem, similar: image.similar(among: known))
    }
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
