import OCI
import OCILayout
import OCIRegistry

/// Replaces a list with a new one made from it, if it is still the one that was read.
///
/// A layout does so in one step. A registry cannot, so the list is looked at right before it is put, and again after that. Two
/// editors whose PUTs cross within one round trip can still lose a change.
struct ListReplacement: Sendable {
  let name: Place
  let stores: OpenStores
  let onEvent: @Sendable (ListEvent) -> Void
  var clock: any Clock<Duration> = ContinuousClock()

  enum Outcome {
    case done
    /// The name refers to another list, and the new one is not there.
    case changed(CurrentList)
  }

  /// How often it is tried. In a layout, a try that fails means that another program has succeeded.
  var attempts: Int { name.layout == nil ? 10 : 100 }

  /// - Parameter old: Nil if there was nothing of this name.
  /// - Throws: `EditError`, and what the store throws.
  func replace(_ old: CurrentList?, with new: RawManifest) async throws -> Outcome {
    if case .layout(let reference) = name {
      onEvent(.putting(name))
      if try await stores.put(new, as: reference, replacing: .exactly(old?.digest)) {
        onEvent(.put(name))
        return .done
      }
    }
    let before = try await CurrentList.read(name, stores)
    if before?.digest != old?.digest {
      // What was there may be out of sight for a moment only. A list made from nothing would lose all of it.
      guard let before else { throw EditError.vanished(name) }
      return .changed(before)
    }
    if name.layout != nil { return try await replace(before, with: new) }
    onEvent(.putting(name))
    // Whatever the registry answers: right before, the name did not refer to the new list.
    _ = try await stores.put(new, as: name)
    let after: CurrentList?
    do { after = try await lookAfterPut(old, new) } catch { throw EditError.notChecked(name, error) }
    if let after, after.digest != new.digest { return .changed(after) }
    onEvent(.put(name))
    return .done
  }

  /// Some registries show for a moment what was there before, or nothing.
  ///
  /// - Returns: Nil if the registry still does so at the end. It has accepted the new list.
  private func lookAfterPut(_ old: CurrentList?, _ new: RawManifest) async throws -> CurrentList? {
    var polling = Polling(timeout: .seconds(5), clock: clock)
    while true {
      if let found = try await CurrentList.read(name, stores), found.digest == new.digest || found.digest != old?.digest
      {
        return found
      }
      guard polling.hasTime else { return nil }
      try await polling.wait()
    }
  }
}

extension CurrentList {
  fileprivate var digest: Digest { found.manifest.digest }
}
