extension Array where Element: Sendable {
  /// Transforms the elements at the same time.
  ///
  /// - Parameters:
  ///   - limit: Not more than so many at a time.
  ///   - stopsAtError: Whether the first error cancels the others.
  /// - Returns: The results, in the order of the elements.
  package func concurrentMap<Value: Sendable>(
    limit: Int = .max,
    stopsAtError: Bool = false,
    _ transform: @escaping @Sendable (Element) async throws -> Value
  ) async -> [Result<Value, any Error>] {
    await withTaskGroup(of: (Int, Result<Value, any Error>).self) { group in
      var results = [Result<Value, any Error>](repeating: .failure(CancellationError()), count: count)
      var next = indices.makeIterator()
      func addTask() {
        guard let index = next.next() else { return }
        let element = self[index]
        // Swift 6.3.1, optimised, loses `index` where the error is caught in this closure.
        group.addTask { (index, await result(of: transform, element)) }
      }
      for _ in 0..<Swift.min(limit, count) { addTask() }
      while let (index, result) = await group.next() {
        results[index] = result
        if case .failure = result, stopsAtError { group.cancelAll() }
        if !group.isCancelled { addTask() }
      }
      return results
    }
  }

  /// The same, where the first error ends it.
  ///
  /// - Throws: The first error of `transform`.
  func concurrentMapUntilError<Value: Sendable>(
    limit: Int,
    _ transform: @escaping @Sendable (Element) async throws -> Value
  ) async throws -> [Value] {
    let results = await concurrentMap(limit: limit, stopsAtError: true, transform)
    let errors = results.compactMap { result -> (any Error)? in
      if case .failure(let error) = result { error } else { nil }
    }
    // Those that were cancelled fail because another one did.
    if let error = errors.first(where: { !($0 is CancellationError) }) ?? errors.first { throw error }
    return try results.map { try $0.get() }
  }
}

private func result<Element, Value>(
  of transform: (Element) async throws -> Value,
  _ element: Element
) async -> Result<Value, any Error> {
  do { return .success(try await transform(element)) } catch { return .failure(error) }
}

extension Array where Element: Sendable {
  /// Transforms all elements at the same time, those with one key once: with the first of them.
  ///
  /// - Throws: The error of the first element that has one.
  package func concurrentMap<Key: Hashable, Value: Sendable>(
    onceFor key: (Element) -> Key,
    _ transform: @escaping @Sendable (Element) async throws -> Value
  ) async throws -> [Value] {
    var (positions, different): ([Key: Int], [Element]) = ([:], [])
    let own = map { element in
      let key = key(element)
      if let position = positions[key] { return position }
      positions[key] = different.count
      different.append(element)
      return different.count - 1
    }
    let values = try await different.concurrentMap { try await transform($0) }.map { try $0.get() }
    return own.map { values[$0] }
  }
}
