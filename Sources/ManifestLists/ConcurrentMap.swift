extension Array where Element: Sendable {
  /// Transforms all elements at the same time.
  ///
  /// - Returns: The results, in the order of the elements.
  func concurrentMap<Value: Sendable>(
    _ transform: @escaping @Sendable (Element) async throws -> Value
  ) async -> [Result<Value, any Error>] {
    await withTaskGroup(of: (Int, Result<Value, any Error>).self) { group in
      for (index, element) in enumerated() {
        // Swift 6.3.1, optimised, loses `index` where the error is caught in this closure.
        group.addTask { (index, await result(of: transform, element)) }
      }
      let results = await group.reduce(into: [:]) { $0[$1.0] = $1.1 }
      return indices.compactMap { results[$0] }
    }
  }
}

private func result<Element, Value>(
  of transform: (Element) async throws -> Value,
  _ element: Element
) async -> Result<Value, any Error> {
  do { return .success(try await transform(element)) } catch { return .failure(error) }
}
