import OCI

extension Publisher {
  /// All names of registries at the same time, after those of layouts: if a disk is full, no registry has changed then. A name
  /// that stands for this list already is left alone.
  func put(
    _ list: RawManifest,
    as names: [Place],
    _ present: PresentNames,
    _ stock: CopiedImages
  ) async throws {
    let events = OrderedEvents(onEvent)
    let numbered = names.enumerated().map { NumberedName(number: $0.offset, place: $0.element) }
    var (put, errors): ([NumberedName], [any Error]) = ([], [])
    for group in [numbered.filter { $0.place.layout != nil }, numbered.filter { $0.place.layout == nil }] {
      let results = await group.concurrentMap { try await self.put(list, as: $0, present, stock, events) }
      for (name, result) in zip(group, results) {
        switch result {
        case .success: put.append(name)
        case .failure(let error): errors.append(error)
        }
      }
      if !errors.isEmpty { break }
    }
    events.endAll()
    guard let first = errors.first else { return }
    let places = put.sorted { $0.number < $1.number }.map(\.place)
    throw places.isEmpty && errors.count == 1 ? first : PublishError.partlyPut(places, errors)
  }

  private struct NumberedName {
    let number: Int
    let place: Place
  }

  private func put(
    _ list: RawManifest,
    as name: NumberedName,
    _ present: PresentNames,
    _ stock: CopiedImages,
    _ events: OrderedEvents
  ) async throws {
    let place = name.place
    if present.has(list, as: place) { return events.end(name.number, .alreadyThere(place)) }
    onEvent(.putting(place))
    let result = try await stock.put(list, as: place)
    onEvent(.accepted(place))
    // Where the answer was lost, the registry has the list already, because of this request.
    let isNew = result == .stored || present.lacks(list, as: place)
    events.end(name.number, isNew ? .put(place) : .alreadyThere(place))
  }
}
