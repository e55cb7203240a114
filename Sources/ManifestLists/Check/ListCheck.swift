import OCI
import OCILayout
import OCIRegistry
import Transfer

/// Checks that a list, or an image, can be pulled on every platform that it has. It reads manifests and configs, and looks
/// for the layers: four round trips.
package struct ListCheck: Sendable {
  private let inspector: Inspector

  package init(_ inspector: Inspector) { self.inspector = inspector }

  /// Checks several names at the same time.
  ///
  /// - Parameter expected: The platforms that each should have; empty for any.
  /// - Returns: The results in the order of the names.
  package func check(_ places: [Place], expecting expected: [Platform]) async -> [Result<CheckedName, any Error>] {
    await places.concurrentMap { try await check($0, expecting: expected, isOnly: places.count == 1) }
  }

  private func check(_ place: Place, expecting expected: [Platform], isOnly: Bool) async throws -> CheckedName {
    var request = InspectRequest(.configs)
    (request.keepsLayers, request.requiresMediaType) = (true, true)
    let inspections = try await inspector.inspect(place, request, isOnly: isOnly)
    let store = try await inspector.stores.source(place.store)
    var findings: [Finding] = []
    var blobCount = 0
    for inspection in inspections {
      findings += inspection.findings(expecting: expected)
      let layers = inspection.layers
      blobCount += layers.count
      findings += try await (layers + inspection.unreadConfigs).concurrentMap { blob, entry in
        do { try await store.look(for: blob) } catch  where error.isAboutContent {
          return Finding(error.saysWrongSize ? .damagedBlob(error) : .noBlob(error), entry)
        }
        return nil
      }.compactMap { try $0.get() }
    }
    return CheckedName(
      place: place,
      digest: inspections[0].descriptor.digest,
      findings: findings,
      blobCount: blobCount,
      imageCount: inspections.flatMap(\.entries).count { $0.runnablePlatform != nil }
    )
  }
}

extension Error {
  /// True if a blob is there, in another size than its descriptor says.
  fileprivate var saysWrongSize: Bool {
    if case .wrongSize? = self as? RegistryError { return true }
    if case .wrongSize? = self as? LayoutError { return true }
    return false
  }
}
