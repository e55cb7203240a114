import OCI

/// Finds the engine that has the images.
struct EngineSearch: Sendable {
  let settings: EngineSettings

  /// - Returns: The first engine that has all of the images.
  /// - Throws: `EngineError`.
  func engine(with images: [Reference]) async throws(EngineError) -> ContainerEngine {
    var problems: [EngineError.Problem] = []
    for program in settings.programs {
      guard let engine = try await ContainerEngine.find(program, settings) else { continue }
      let missing = try await self.problems(with: images, engine)
      if missing.isEmpty { return engine }
      problems += missing
    }
    if problems.isEmpty { throw .noEngine(settings.program) }
    throw .imagesMissing(problems)
  }

  private func problems(
    with images: [Reference],
    _ engine: ContainerEngine
  ) async throws(EngineError) -> [EngineError.Problem] {
    let results = await images.concurrentMap { image in (image, try await engine.problem(with: image)) }
    var missing: [(image: Reference, problem: String)] = []
    for result in results {
      do {
        let (image, problem) = try result.get()
        if let problem { missing.append((image, problem)) }
      } catch { throw error as? EngineError ?? .unusable(engine.program, "\(error)") }
    }
    let known = missing.isEmpty ? [] : await engine.images()
    return missing.map { image, problem in
      EngineError.Problem(engine: engine.program, image: image, text: problem, similar: image.similar(among: known))
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
