import Glibc
import ManifestLists
import Synchronization

/// The names that a list has got so far, for the message of a run that is interrupted.
///
/// That message must stay true. So no name is put after it: whoever says that a name is about to be put, or was put, then
/// waits for the end of the process.
final class PublishedNames: Sendable {
  private struct State {
    /// Nil for a command that does not publish.
    var lists: Names?
    /// The tags that `--keep-tags` gives to images.
    var tags = Names()
    var hasEnded = false
  }

  private struct Names {
    var put: [Place] = []
    var unanswered: [Place] = []

    var areEmpty: Bool { put.isEmpty && unanswered.isEmpty }

    mutating func putting(_ name: Place) {
      // A list can be published several times under one name.
      put.removeAll { $0 == name }
      unanswered.append(name)
    }

    mutating func put(_ name: Place) {
      unanswered.removeAll { $0 == name }
      put.removeAll { $0 == name }
      put.append(name)
    }
  }

  private let state = Mutex(State())
  private let waitForEnd: @Sendable () -> Void

  /// - Parameter waitForEnd: Called for what comes after the end. It must not return while the process runs.
  init(waitForEnd: @escaping @Sendable () -> Void = { while true { pause() } }) { self.waitForEnd = waitForEnd }

  /// The command publishes.
  func begin() { state.withLock { $0.lists = Names() } }

  /// To be called before the request that a `putting` or `tagging` announces is sent, and before anything that follows its
  /// answer. It does not return once the run has ended.
  func note(_ event: ListEvent) {
    switch event {
    case .putting(let name): change { $0.lists?.putting(name) }
    case .accepted(let name), .put(let name), .alreadyThere(let name): change { $0.lists?.put(name) }
    case .tagging(let kept): change { $0.tags.putting(kept.name) }
    case .tagged(let kept): change { $0.tags.put(kept.name) }
    default: break
    }
  }

  private func change(_ body: (inout State) -> Void) {
    let hasEnded = state.withLock { state in
      if !state.hasEnded { body(&state) }
      return state.hasEnded
    }
    if hasEnded { waitForEnd() }
  }

  /// Ends the run: no name is put from now on.
  ///
  /// - Returns: What the run has done, in whole lines; empty for a command that does not publish.
  func end() -> String {
    let (lists, tags) = state.withLock { state in
      state.hasEnded = true
      return (state.lists, state.tags)
    }
    guard let lists else { return "" }
    func line(_ beginning: String, _ names: [Place]) -> String {
      names.isEmpty ? "" : "\(beginning) \(names.map { "\($0)" }.joined(separator: ", ")).\n"
    }
    let nothing = tags.areEmpty ? "Nothing was published.\n" : "The list was not published.\n"
    return (lists.areEmpty ? nothing : "")
      + line("The list was published as", lists.put)
      + line("The registry has not confirmed that the list was published as", lists.unanswered)
      + line("Images were tagged", tags.put)
      + line("The registry has not confirmed that images were tagged", tags.unanswered)
  }
}
